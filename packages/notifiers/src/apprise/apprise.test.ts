import { describe, expect, it } from "vitest";
import { messageOf } from "../testing/messages.ts";
import { provider } from "../testing/provider-suite.ts";
import { sendBy } from "../testing/send-by.ts";

const server = provider("apprise");

describe("apprise", () => {
  it("names the targets in the request", async () => {
    expect(await server.send()).toEqual({ outcome: "accepted" });
    const { path, headers, json } = server.server.last;
    expect([path, headers.authorization]).toEqual(["/notify/", "Bearer secret-bearer"]);
    expect(json).toEqual({
      urls: "tgram://secret-bot/1",
      title: messageOf().title,
      body: `${messageOf().text}\n${messageOf().link}`,
      type: "failure",
      format: "text",
    });
  });

  it("uses a configuration that is stored there", async () => {
    const { config } = server.sample();
    await sendBy("apprise", { config, address: { key: "night-crew", tag: "sms" } });
    expect(server.server.last.path).toBe("/notify/night-crew");
    expect(server.server.last.json).toMatchObject({ tag: "sms" });
    expect(server.server.last.json).not.toHaveProperty("urls");
  });

  it.each([
    [{ occasion: "cleared" }, "success"],
    [{ severity: "medium" }, "warning"],
    [{ severity: "informational" }, "info"],
  ] as const)("%j is shown as %s", async (changes, type) => {
    await server.send({ message: messageOf(changes) });
    expect(server.server.last.json).toMatchObject({ type });
  });

  it.each([
    [200, { outcome: "accepted" }],
    [204, { outcome: "refused" }],
    [400, { outcome: "refused" }],
    [424, { outcome: "retry" }],
    [500, { outcome: "retry" }],
  ])("HTTP %i", async (status, expected) => {
    expect(await server.answered({ status })).toMatchObject(expected);
  });
});
