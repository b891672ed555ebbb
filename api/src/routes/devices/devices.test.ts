import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Seeds } from "../../testing/alerts.ts";
import { createTestApi, newDevice, START_AT, type TestApi } from "../../testing/test-api.ts";

let api: TestApi;
beforeEach(async () => {
  api = await createTestApi();
});
afterEach(() => api.close());

const ids = (body: { items: { id: string }[] }) => body.items.map(({ id }) => id);

describe("devices", () => {
  it("are registered and found at once", async () => {
    const given = { id: "new", kind: "environment-sensor", name: "门厅", placeId: "a-1", tags: { vendor: "Acme" } };
    const created = await api.admin("POST", "/api/v1/devices", given);
    expect([created.status, created.body.version, created.body.createdAt]).toEqual([201, 1, START_AT]);
    expect((await api.admin("GET", "/api/v1/devices/new")).body).toEqual(created.body);
    expect(ids((await api.admin("GET", "/api/v1/devices?search=acme")).body)).toEqual(["new"]);
    expect(ids((await api.admin("GET", "/api/v1/devices?in=a")).body)).toEqual(["dev-a", "new"]);
    expect((await api.admin("GET", "/api/v1/devices/new/state")).body.connection).toBe("unknown");
    expect((await api.admin("POST", "/api/v1/devices", given)).status).toBe(409);
  });

  it("are refused with every problem by field and value", async () => {
    const given = { id: "bad id", kind: "environment-sensor", name: "", placeId: "a-1", colour: "red" };
    const { status, headers, body } = await api.admin("POST", "/api/v1/devices", given);
    expect(status).toBe(400);
    expect(headers["content-type"]).toMatch(/^application\/problem\+json/);
    expect(body).toMatchObject({ code: "invalid", status: 400 });
    expect(body.problems).toEqual(expect.arrayContaining([expect.objectContaining({ field: "id", value: "bad id" })]));
    expect(body.problems).toHaveLength(3);
    const units = { ...newDevice("n", "a-1"), units: { temperature: "kg" } };
    expect((await api.admin("POST", "/api/v1/devices", units)).body.problems[0].field).toBe("units.temperature");
    expect((await api.admin("POST", "/api/v1/devices", newDevice("n", "a-1", { kind: "toaster" }))).status).toBe(400);
  });

  it("are edited by version, and a stale edit is shown what is stored", async () => {
    const first = await api.admin("PATCH", "/api/v1/devices/dev-a", { version: 1, name: "renamed" });
    expect([first.status, first.body.version, first.headers.etag]).toEqual([200, 2, '"2"']);
    const stale = await api.call(undefined, "PATCH", "/api/v1/devices/dev-a", {});
    expect(stale.status).toBe(401);
    const conflict = await api.admin("PATCH", "/api/v1/devices/dev-a", { version: 1, name: "late" });
    expect([conflict.status, conflict.body.current.name]).toEqual([409, "renamed"]);
    expect((await api.admin("PATCH", "/api/v1/devices/dev-a", { name: "x" })).status).toBe(400);
  });

  it("take the version from If-Match as well", async () => {
    const token = await api.tokenFor("manager", "a");
    const edit = (match: string) =>
      api.call(token, "PATCH", "/api/v1/devices/dev-a", { payload: { name: "y" }, headers: { "if-match": match } });
    expect((await edit('"7"')).status).toBe(409);
    expect((await edit('"1"')).status).toBe(200);
  });

  it("keep what an edit leaves out", async () => {
    await api.admin("POST", "/api/v1/devices", newDevice("n", "a-1", { tags: { x: "1" }, offlineAfterMs: 5_000 }));
    const { body } = await api.admin("PATCH", "/api/v1/devices/n", { version: 1, placeId: "b-1" });
    expect(body).toMatchObject({ placeId: "b-1", tags: { x: "1" }, offlineAfterMs: 5_000 });
  });

  it("retire with their credentials, and are listed only when asked for", async () => {
    const { body } = await api.admin("POST", "/api/v1/devices/dev-a/credentials");
    expect((await api.admin("DELETE", "/api/v1/devices/dev-a")).status).toBe(204);
    expect(ids((await api.admin("GET", "/api/v1/devices")).body)).toEqual(["dev-b"]);
    expect(ids((await api.admin("GET", "/api/v1/devices?retired=true")).body)).toEqual(["dev-a"]);
    const push = await api.call(body.token, "POST", "/api/v1/devices/dev-a/telemetry", { payload: { temperature: 1 } });
    expect(push.status).toBe(401);
    expect((await api.admin("DELETE", "/api/v1/devices/dev-a")).status).toBe(409);
  });

  it("do not retire over an alert that only a person may end", async () => {
    const seeds = new Seeds(api.state);
    const alert = await seeds.open("dev-a", { latched: true });
    await seeds.open("dev-b");
    const refused = await api.admin("DELETE", "/api/v1/devices/dev-a");
    expect([refused.status, refused.body.detail]).toEqual([409, expect.stringContaining(alert.id)]);
    expect((await api.admin("DELETE", "/api/v1/devices/dev-b")).status).toBe(204);
    await seeds.watch("cleared", [{ ...alert, active: false, clearedAt: START_AT + 1, endedBy: "person" }]);
    expect((await api.admin("DELETE", "/api/v1/devices/dev-a")).status).toBe(204);
    const { items } = (await api.admin("GET", "/api/v1/alerts?device=dev-a")).body;
    expect(items[0]).toMatchObject({ device: { name: "Sensor dev-a" }, place: [{}, {}, { id: "a-1" }] });
  });

  it("come page by page, each once", async () => {
    for (let n = 0; n < 7; n += 1) await api.admin("POST", "/api/v1/devices", newDevice(`n${n}`, "a-1"));
    const seen: string[] = [];
    for (let after = ""; ; ) {
      const { body } = await api.admin("GET", `/api/v1/devices?limit=4${after && `&after=${after}`}`);
      seen.push(...ids(body));
      expect(body.total).toBe(9);
      if (body.next === null) break;
      after = encodeURIComponent(body.next);
    }
    expect(seen).toEqual(["dev-a", "dev-b", "n0", "n1", "n2", "n3", "n4", "n5", "n6"]);
  });

  it("are found by their live connection", async () => {
    const state = { deviceId: "dev-b", connection: "late", connectionSince: 1, lastSeenAt: 1, points: {} } as const;
    api.parts.live.apply([state]);
    expect(ids((await api.admin("GET", "/api/v1/devices?connection=late")).body)).toEqual(["dev-b"]);
    const states = await api.admin("GET", "/api/v1/states?connection=late");
    expect(states.body).toEqual({ items: [state], next: null, total: 1 });
    expect((await api.admin("GET", "/api/v1/stats")).body.devices).toMatchObject({ late: 1, unknown: 1 });
  });
});

describe("credentials", () => {
  const push = (token: string, id = "dev-a") =>
    api.call(token, "POST", `/api/v1/devices/${id}/telemetry`, { payload: { temperature: 1 } });

  it("are shown once, rotate with a grace, and end when revoked", async () => {
    const first = await api.admin("POST", "/api/v1/devices/dev-a/credentials");
    expect(first.status).toBe(201);
    const second = await api.admin("POST", "/api/v1/devices/dev-a/credentials/rotate", { grace: "1h" });
    expect((await push(first.body.token)).status).toBe(202);
    expect((await push(second.body.token)).status).toBe(202);
    api.clock.skip(3_600_000);
    expect((await push(first.body.token)).status).toBe(401);
    expect((await push(second.body.token)).status).toBe(202);
    const { id } = second.body.credential;
    expect((await api.admin("DELETE", `/api/v1/devices/dev-b/credentials/${id}`)).status).toBe(404);
    expect((await api.admin("DELETE", `/api/v1/devices/dev-a/credentials/${id}`)).status).toBe(204);
    expect((await push(second.body.token)).status).toBe(401);
    const list = await api.admin("GET", "/api/v1/devices/dev-a/credentials");
    expect(list.body.items).toHaveLength(2);
    expect(Object.keys(list.body.items[0])).not.toContain("hash");
  });

  it("open nothing but their own device's push-in", async () => {
    const { body } = await api.admin("POST", "/api/v1/devices/dev-a/credentials");
    expect((await push(body.token, "dev-b")).status).toBe(401);
    expect((await api.call(body.token, "GET", "/api/v1/devices/dev-a")).status).toBe(401);
  });
});

describe("places", () => {
  it("are made, seen in tree order and removed when empty", async () => {
    const place = { level: "building", parentId: "a", name: "2号楼", order: -1 };
    expect((await api.admin("PUT", "/api/v1/places/a-2", place)).status).toBe(200);
    expect(ids((await api.admin("GET", "/api/v1/places")).body)).toEqual(["sub", "a", "a-2", "a-1", "b", "b-1"]);
    expect((await api.admin("DELETE", "/api/v1/places/a")).status).toBe(409);
    expect((await api.admin("DELETE", "/api/v1/places/a-2")).status).toBe(204);
    expect((await api.admin("DELETE", "/api/v1/places/a-2")).status).toBe(404);
    const wrong = { level: "floor", parentId: "sub", name: "x" };
    expect((await api.admin("PUT", "/api/v1/places/f", wrong)).status).toBe(400);
  });
});
