import type { DeadLetter } from "@linli/stores";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createTestApi, START_AT, type TestApi } from "../../testing/test-api.ts";

function letter(id: string, device: string, more: Partial<DeadLetter> = {}): DeadLetter {
  const topic = `linli/v1/devices/${device}/telemetry`;
  const payload = Buffer.from('{"temperature":"x"}');
  const base = { id, receivedAt: START_AT, principal: device, topic, reason: "not-a-number", field: "temperature" };
  return { ...base, reason: "not-a-number", value: "x", payload, replayedAt: null, ...more };
}

let api: TestApi;
beforeEach(async () => {
  api = await createTestApi();
  const deadLetters = [
    letter("1:0", "dev-a"),
    letter("1:1", "dev-a", { field: "humidity" }),
    letter("2:0", "dev-b"),
    letter("3:0", "dev-a", { reason: "personal-data", value: "", payload: new Uint8Array() }),
    letter("4:0", "dev-a", { topic: "linli/v1/devices/dev-b/telemetry", reason: "unknown-device" }),
    letter("5:0", "dev-a", { payload: Uint8Array.of(0xff, 0xfe), reason: "not-utf8" }),
  ];
  const counts = { written: 0, rejected: 0, conflicts: 0 };
  const commit = { position: "p", sequence: 6, memory: "{}", events: [], deadLetters, counts };
  await api.state.archive.commit(commit as never);
});
afterEach(() => api.close());

const ids = (body: { items: { id: string }[] }) => body.items.map(({ id }) => id).sort();

describe("dead letters", () => {
  it("are listed without their bytes and shown one by one with them", async () => {
    const { body } = await api.admin("GET", "/api/v1/dead-letters");
    expect(ids(body)).toEqual(["1:0", "1:1", "2:0", "3:0", "4:0", "5:0"]);
    expect(body.total).toBe(6);
    expect((await api.admin("GET", "/api/v1/dead-letters?reason=not-utf8")).body.total).toBe(1);
    const one = await api.admin("GET", "/api/v1/dead-letters/1:0");
    expect(one.body.payloadText).toBe('{"temperature":"x"}');
    const binary = await api.admin("GET", "/api/v1/dead-letters/5:0");
    expect(binary.body).toMatchObject({ payloadText: null, payloadBase64: "//4=" });
    expect((await api.admin("GET", "/api/v1/dead-letters/counts")).body.reasons).toMatchObject({ "not-a-number": 3 });
    expect((await api.admin("GET", "/api/v1/dead-letters?reason=nonsense")).status).toBe(400);
  });

  it("of other places stay out of sight, those between two places too", async () => {
    const viewer = await api.tokenFor("viewer", "a");
    expect(ids((await api.call(viewer, "GET", "/api/v1/dead-letters")).body)).toEqual(["1:0", "1:1", "3:0", "5:0"]);
    expect((await api.call(viewer, "GET", "/api/v1/dead-letters/2:0")).status).toBe(404);
    expect((await api.call(viewer, "GET", "/api/v1/dead-letters/4:0")).status).toBe(404);
  });

  it("go through once more as the message that they were, each message once", async () => {
    const manager = await api.tokenFor("manager", "a");
    const payload = { ids: ["1:0", "1:1", "2:0", "3:0", "none"] };
    const { body } = await api.call(manager, "POST", "/api/v1/dead-letters/replay", { payload });
    expect(body.messages).toBe(1);
    expect(body.replayed).toEqual(["1:0", "1:1"]);
    expect(body.refused.map(({ id }: { id: string }) => id)).toEqual(["2:0", "3:0", "none"]);
    expect(api.neighbours.appended).toEqual([
      {
        principal: "dev-a",
        topic: "linli/v1/devices/dev-a/telemetry",
        payloadBase64: Buffer.from('{"temperature":"x"}').toString("base64"),
      },
    ]);
    const one = await api.admin("GET", "/api/v1/dead-letters/1:1");
    expect(one.body.replayedAt).toBe(START_AT);
    expect(ids((await api.admin("GET", "/api/v1/dead-letters?replayed=true")).body)).toEqual(["1:0", "1:1"]);
  });
});
