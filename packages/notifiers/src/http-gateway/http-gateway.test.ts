import { describe, expect, it } from "vitest";
import { messageOf } from "../testing/messages.ts";
import { provider } from "../testing/provider-suite.ts";
import { gatewayConfigSchema } from "./gateway-config.ts";
import { httpGateway } from "./http-gateway.ts";

const gateway = provider("http-gateway");
const awkward = messageOf({ title: `"7号" & <5>\n{{text}}`, text: "secret" });

describe("http-gateway", () => {
  it("fills URL, headers and JSON body", async () => {
    const config = {
      url: `${gateway.server.url}/send/{{variables.device}}?to={{phone}}`,
      headers: { "x-title": "{{title}}" },
      body: '{"to":"{{phone}}","text":"{{title}}","id":"{{id}}"}',
    };
    expect(await gateway.send({ config, message: awkward })).toEqual({ outcome: "accepted", reference: "17" });
    const { path, query, headers, json } = gateway.server.last;
    expect([decodeURIComponent(path), query.get("to")]).toEqual(["/send/7号梯", "+8613800000000"]);
    expect(decodeURIComponent(String(headers["x-title"]))).toBe(awkward.title);
    expect(json).toMatchObject({ to: "+8613800000000", text: awkward.title });
    expect(headers["idempotency-key"]).toBe((json as { id: string }).id);
  });

  it.each([
    ["application/x-www-form-urlencoded", "m={{title}}", (text: string) => new URLSearchParams(text).get("m")],
    ["text/plain", "{{title}}", (text: string) => text],
    ["application/json", '{"m":"{{title}}"}', (text: string) => (JSON.parse(text) as { m: string }).m],
  ])("escapes for %s", async (contentType, body, read) => {
    await gateway.send({ config: { contentType, body }, message: awkward });
    expect(read(gateway.server.received.at(-1)?.text ?? "")).toBe(awkward.title);
  });

  it("escapes for XML", async () => {
    await gateway.send({ config: { contentType: "text/xml", body: "<m>{{title}}</m>" }, message: awkward });
    expect(gateway.server.received.at(-1)?.text).toBe("<m>&#34;7号&#34; &#38; &#60;5&#62;\n{{text}}</m>");
  });

  it.each([
    [{ url: "http://{{phone}}/x" }, /host/],
    [{ url: "http://gateway/{{password}}" }, /none of/],
    [{ url: "http://gateway/", body: '{"a":{{title}}}' }, /not JSON/],
    [{ url: "http://gateway/", headers: { "x y": "1" } }, /./],
    [{ url: "http://gateway/", headers: { x: "a\r\nb: c" } }, /./],
    [{ url: "file:///etc/passwd" }, /http/],
  ])("refuses the set-up %j", (config, message) => {
    const parsed = gatewayConfigSchema.safeParse(config);
    expect(parsed.error?.message ?? "").toMatch(message);
    expect(parsed.success).toBe(false);
  });

  it("is told by the gateway's own word whether it was taken", async () => {
    const accepted = { path: "status", equals: "ok" };
    gateway.server.answering = () => ({ body: { status: "ok", data: { id: "a" } } });
    expect(await gateway.send({ config: { accepted } })).toEqual({ outcome: "accepted", reference: "a" });
    gateway.server.answering = () => ({ body: { status: "no credit" } });
    expect(await gateway.send({ config: { accepted } })).toMatchObject({ outcome: "refused" });
    gateway.server.answering = () => ({ body: "SENT 1" });
    expect(await gateway.send({ config: { accepted: { equals: "SENT" } } })).toMatchObject({ outcome: "accepted" });
  });

  it("understands the gateway's report of a key", () => {
    const callback = { reference: "call.id", pressed: "call.key", answered: "call.up" };
    const config = gatewayConfigSchema.parse({ url: "http://gateway/", callback });
    const read = (body: unknown) => httpGateway.callback?.read(body, config);
    expect(read({ call: { id: 17, key: 1, up: true } })).toEqual([{ reference: "17", pressed: "1", answered: true }]);
    expect(read({ call: { id: "17" } })).toEqual([{ reference: "17" }]);
    expect(read({})).toEqual([]);
    expect(read("x")).toEqual([]);
  });

  it.each([
    [503, { outcome: "retry" }],
    [504, { outcome: "unknown" }],
    [401, { outcome: "refused" }],
  ])("HTTP %i", async (status, expected) => {
    expect(await gateway.answered({ status })).toMatchObject(expected);
  });
});
