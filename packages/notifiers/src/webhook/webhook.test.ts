import { createHmac } from "node:crypto";
import { messageSchema } from "@linli/model";
import { Webhook } from "standardwebhooks";
import { describe, expect, it } from "vitest";
import { messageOf, NOW } from "../testing/messages.ts";
import { provider } from "../testing/provider-suite.ts";

const hook = provider("webhook");
const key = (byte: number) => Buffer.alloc(24, byte);
const whsec = (byte: number) => `whsec_${key(byte).toString("base64")}`;

describe("webhook", () => {
  it("carries the whole message", async () => {
    await hook.send();
    const { headers, json } = hook.server.last;
    const body = json as { type: string; timestamp: string; data: unknown };
    expect([body.type, body.timestamp]).toEqual(["alert.opened", new Date(NOW).toISOString()]);
    expect(messageSchema.parse(body.data)).toEqual(messageOf());
    expect(headers["webhook-timestamp"]).toBe(String(NOW / 1_000));
    expect(headers["webhook-id"]).toMatch(/^msg_[0-9a-f]{32}$/);
  });

  it("keeps its id when it is sent again", async () => {
    await hook.send();
    await hook.send();
    await hook.send({ message: messageOf({ key: "another" }) });
    const ids = hook.server.received.map(({ headers }) => headers["webhook-id"]);
    expect(ids[0]).toBe(ids[1]);
    expect(ids[0]).not.toBe(ids[2]);
  });

  it("is signed as Standard Webhooks say, by the former secret too while it is changed", async () => {
    await hook.send({ address: { secret: whsec(1), formerSecret: whsec(2) } });
    const { headers, text } = hook.server.last;
    const signed = `${String(headers["webhook-id"])}.${String(headers["webhook-timestamp"])}.${text}`;
    const by = (byte: number) => `v1,${createHmac("sha256", key(byte)).update(signed).digest("base64")}`;
    expect(headers["webhook-signature"]).toBe(`${by(1)} ${by(2)}`);
  });

  it("is verified by the reference library, whose clock it must agree with", async () => {
    const { webhook } = await import("./webhook.ts");
    const { depsAt } = await import("../testing/send-by.ts");
    const address = webhook.address.parse({ url: hook.server.url, secret: whsec(1) });
    const sender = webhook.create({}, depsAt(Date.now));
    await sender.send(messageOf(), address, new AbortController().signal);
    const { headers, text } = hook.server.last;
    expect(new Webhook(whsec(1)).verify(text, headers as Record<string, string>)).toMatchObject({
      type: "alert.opened",
    });
    expect(() => new Webhook(whsec(2)).verify(text, headers as Record<string, string>)).toThrow();
  });

  it.each([
    [200, { outcome: "accepted" }],
    [202, { outcome: "accepted" }],
    [301, { outcome: "refused" }],
    [400, { outcome: "refused" }],
    [410, { outcome: "refused" }],
    [408, { outcome: "retry" }],
    [500, { outcome: "retry" }],
    [502, { outcome: "retry" }],
    [504, { outcome: "unknown" }],
  ])("HTTP %i", async (status, expected) => {
    expect(await hook.answered({ status })).toMatchObject(expected);
  });

  it("waits until the date that Retry-After names", async () => {
    const headers = { "retry-after": new Date(NOW + 90_000).toUTCString() };
    expect(await hook.answered({ status: 503, headers })).toMatchObject({ outcome: "retry", retryAfterMs: 90_000 });
  });
});
