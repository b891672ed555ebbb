import { days, hours } from "@linli/model";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createTestApi, START_AT, type TestApi } from "../../testing/test-api.ts";

let api: TestApi;
let manager: Awaited<ReturnType<TestApi["personWith"]>>;
beforeEach(async () => {
  api = await createTestApi();
  await api.personWith("li", "crew", "a");
  await api.personWith("wang", "crew", "b");
  manager = await api.personWith("zhou", "manager", null);
});
afterEach(() => api.close());

async function put(type: string, value: { id: string; [field: string]: unknown }): Promise<void> {
  const { status, body } = await manager("PUT", `/api/v1/arrangements/${type}/${value.id}`, { value });
  expect([status, body], `${type} ${value.id}`).toMatchObject([200, {}]);
}

describe("the calendar of duty", () => {
  it("tells who is there when, where nobody is, and what is announced; of the caller's places", async () => {
    // START_AT is 16:00 in Shanghai
    const layer = { people: ["li"], from: "2026-01-01", handover: "00:00", everyDays: 1, hours: "08:00-18:00" };
    await put("rota", { id: "days", name: "days", timeZone: "Asia/Shanghai", layers: [layer] });
    const team = { role: "property", members: ["li"], rooms: [], desk: false };
    await put("team", { ...team, id: "ta", name: "A", placeId: "a", rotaId: "days" });
    await put("team", { ...team, id: "tb", name: "B", placeId: "b", members: ["wang"] });
    const window = { start: "2026-01-15T22:00", duration: hours(2), timeZone: "Asia/Shanghai", repeat: "FREQ=DAILY" };
    const work = { match: { placeId: "a" }, onSite: [], window: { ...window, duration: "2h" } };
    await put("maintenance", { ...work, id: "w", name: "lift work" });
    const silence = { id: "s", match: { placeId: "b" }, from: START_AT, until: START_AT + hours(1), reason: "paint" };
    await put("silence", silence);

    const to = START_AT + days(1);
    const { body } = await api.admin("GET", `/api/v1/duty/calendar?to=${to}`);
    expect(body.shifts).toEqual([
      { teamId: "ta", teamName: "A", people: ["li"], from: START_AT, to: START_AT + hours(2) },
      { teamId: "ta", teamName: "A", people: [], from: START_AT + hours(2), to: START_AT + hours(16) },
      { teamId: "ta", teamName: "A", people: ["li"], from: START_AT + hours(16), to },
      { teamId: "tb", teamName: "B", people: ["wang"], from: START_AT, to },
    ]);
    expect(body.windows).toEqual([
      { type: "silence", id: "s", name: "paint", from: START_AT, to: START_AT + hours(1) },
      { type: "maintenance", id: "w", name: "lift work", from: START_AT + hours(6), to: START_AT + hours(8) },
    ]);
    const { body: seen } = await api.call(await api.tokenFor("viewer", "a"), "GET", "/api/v1/duty/calendar");
    expect(new Set(seen.shifts.map((shift: { teamId: string }) => shift.teamId))).toEqual(new Set(["ta"]));
    expect(new Set(seen.windows.map(({ id }: { id: string }) => id))).toEqual(new Set(["w"]));
    expect(Object.keys(seen.names)).toEqual(["li"]);
  });

  it("refuses a stretch without end, and one that ends before it begins", async () => {
    for (const to of [START_AT - 1, START_AT + days(63)]) {
      const { status, body } = await api.admin("GET", `/api/v1/duty/calendar?from=${START_AT}&to=${to}`);
      expect([status, body.problems[0].field]).toEqual([400, "to"]);
    }
  });

  it("shows the next times of a window before it is saved", async () => {
    const window = { start: "2026-01-12T22:00", duration: "2h", timeZone: "Asia/Shanghai", repeat: "FREQ=WEEKLY" };
    const { body } = await api.admin("POST", "/api/v1/duty/windows/preview", window);
    const first = START_AT + days(4) + hours(6);
    expect(body.items.map(({ from }: { from: number }) => from)).toEqual(
      [0, 7, 14, 21, 28].map((n) => first + days(n)),
    );
    const wrong = await api.admin("POST", "/api/v1/duty/windows/preview", { ...window, start: "2026-13-01T00:00" });
    expect([wrong.status, wrong.body.problems[0].field]).toEqual([400, "start"]);
  });
});
