import { LinliError } from "@linli/model";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createTestApi, newDevice, type TestApi } from "../../testing/test-api.ts";

let api: TestApi;
beforeEach(async () => {
  api = await createTestApi();
});
afterEach(() => api.close());

const json = { "content-type": "application/json" };

async function push(what: "telemetry" | "events", payload: string, token?: string, id = "dev-a") {
  const crew = token ?? (await api.tokenFor("crew", "a"));
  return api.call(crew, "POST", `/api/v1/devices/${id}/${what}`, { payload, headers: json });
}

const payloads = () =>
  api.neighbours.appended.map(({ payloadBase64 }) => Buffer.from(payloadBase64, "base64").toString());

describe("push-in", () => {
  it("hands telemetry on byte by byte, as the device itself", async () => {
    const text = '{ "values": {"temperature": 1e400, "x": 12345678901234567890} }';
    expect(await push("telemetry", text)).toMatchObject({ status: 202, body: { accepted: 1 } });
    expect(payloads()).toEqual([text]);
    const [message] = api.neighbours.appended;
    expect(message).toMatchObject({ principal: "dev-a", topic: "linli/v1/devices/dev-a/telemetry" });
  });

  it("makes one message of each event, numbers as they were written", async () => {
    const text = '[{"type":"tamper","seq":1},{"type":"x","data":{"n":1e400,"id":12345678901234567890}}]';
    expect((await push("events", text)).body).toEqual({ accepted: 2 });
    expect(payloads()).toEqual([
      '{"type":"tamper","seq":1}',
      '{"type":"x","data":{"n":1e400,"id":12345678901234567890}}',
    ]);
    expect(api.neighbours.appended[0]?.topic).toBe("linli/v1/devices/dev-a/event");
    expect((await push("events", "[]")).status).toBe(400);
  });

  it("refuses events nested beyond all reason, and is no bug of ours", async () => {
    const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
    expect(await push("events", deep)).toMatchObject({ status: 400, body: { code: "invalid" } });
  });

  it("says at once what is not JSON or too large, and hands nothing on", async () => {
    expect((await push("telemetry", "{nope")).body).toMatchObject({ status: 400, code: "invalid" });
    expect((await push("telemetry", "")).status).toBe(400);
    expect((await push("telemetry", `"${"x".repeat(1_100_000)}"`)).body).toMatchObject({
      status: 413,
      code: "too-large",
    });
    expect(api.neighbours.appended).toEqual([]);
  });

  it("never says 202 for what is not on disk", async () => {
    api.neighbours.appendFailure = new LinliError("unavailable", "the journal cannot be written");
    const answer = await push("telemetry", '{"temperature":1}');
    expect(answer.status).toBe(503);
    expect(answer.headers["retry-after"]).toBe("1");
  });

  it("lets a gateway's token speak for its devices, under the gateway's name", async () => {
    await api.admin("POST", "/api/v1/devices", newDevice("gw", "a-1", { kind: "gateway" }));
    await api.admin("POST", "/api/v1/devices", newDevice("child", "a-1", { gatewayId: "gw" }));
    const { body } = await api.admin("POST", "/api/v1/devices/gw/credentials");
    expect((await push("telemetry", "{}", body.token, "child")).status).toBe(202);
    expect(api.neighbours.appended[0]?.principal).toBe("gw");
    expect((await push("telemetry", "{}", body.token, "dev-a")).status).toBe(401);
  });
});
