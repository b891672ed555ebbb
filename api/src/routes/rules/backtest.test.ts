import { days, hours, minutes } from "@linli/model";
import { createMemorySeries, type SeriesPoint, type SeriesReader } from "@linli/stores";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { warmRule } from "../../testing/alerts.ts";
import { createTestApi, START_AT, type TestApi } from "../../testing/test-api.ts";

const author = { id: "test", type: "system", at: START_AT } as const;
const FROM = START_AT - days(7);

/** A week of a reading every ten minutes: warm from 03:00 to 05:00 local on two nights, and at noon on one day. */
function warmHours(): SeriesPoint[] {
  const owner = { deviceId: "dev-a", kind: "environment-sensor", community: "a", compound: "", building: "a-1" };
  const midnight = Date.UTC(2026, 0, 8, 16); // of 9 January in Shanghai
  const warm = [hours(3), days(1) + hours(3), days(2) + hours(12)].map((offset) => midnight + offset);
  const points: SeriesPoint[] = [];
  for (let at = FROM; at < START_AT; at += minutes(10)) {
    const value = warm.some((start) => at >= start && at < start + hours(2)) ? 35 : 22;
    points.push({ owner, point: "temperature", type: "number", value, at });
  }
  return points;
}

let api: TestApi;
/** What every look at the past waits for. */
let gate: Promise<void>;
beforeEach(async () => {
  gate = Promise.resolve();
  const { writer, reader } = createMemorySeries();
  await writer.write(warmHours());
  const series: SeriesReader = {
    range: (query) => reader.range(query),
    aggregate: (query) => reader.aggregate(query),
    last: (deviceId) => reader.last(deviceId),
    devices: () => reader.devices(),
    close: () => reader.close(),
    async points(deviceId) {
      await gate;
      return reader.points(deviceId);
    },
  };
  const environment = { LINLI_TIME_ZONE: "Asia/Shanghai", LINLI_RULE_ALERTS_A_WEEK: "2" };
  api = await createTestApi({ series, environment });
});
afterEach(() => api.close());

const backtest = (payload: object, token?: string) =>
  token === undefined
    ? api.admin("POST", "/api/v1/rules/backtest", payload)
    : api.call(token, "POST", "/api/v1/rules/backtest", { payload });
const rule = warmRule("room.warm");

describe("a backtest", () => {
  it("says what the rule would have raised, how often and at night", async () => {
    const { status, body } = await backtest({ rule });
    expect(status, JSON.stringify(body)).toBe(200);
    expect(body).toMatchObject({
      from: FROM,
      to: START_AT,
      devices: { concerned: 2, tested: 1 },
      readings: 7 * 24 * 6,
      truncated: false,
      coarse: false,
      opened: 3,
      atNight: 2,
      perWeek: 3,
      bySeverity: { high: 3, critical: 0 },
    });
    const [newest] = body.alerts;
    expect(newest).toMatchObject({ deviceId: "dev-a", severity: "high", facts: [{ what: "temperature", value: 35 }] });
    expect(newest.overAt - newest.openedAt).toBe(hours(2));
  });

  it("goes by the device's own numbers, and by those of the rule that are tried", async () => {
    await api.state.rules.put(rule, 0, "x", author);
    expect((await backtest({ ruleId: "room.warm" })).body.opened).toBe(3);
    expect((await backtest({ rule: { ...rule, params: { limit: 40 } } })).body.opened).toBe(0);
    await api.state.rules.putOverride(
      { ruleId: "room.warm", deviceId: "dev-a", params: { limit: 40 }, reason: "" },
      author,
    );
    expect((await backtest({ ruleId: "room.warm" })).body.opened).toBe(0);
  });

  it("looks at a stretch, knowing how things stood before it", async () => {
    const inTheMiddle = { from: Date.UTC(2026, 0, 8, 20), to: Date.UTC(2026, 0, 9, 16), rule };
    expect((await backtest(inTheMiddle)).body).toMatchObject({ opened: 0, devices: { tested: 1 } });
  });

  it("hears of silence from the connections that were", async () => {
    const silent = { ...rule, levels: [{ severity: "high", when: { connection: ["offline"] } }] };
    const epoch = await api.state.leases.acquire("watch", "test", START_AT, 1_000);
    const went = (to: string, at: number) => {
      return {
        key: `c${at}`,
        type: "connection" as const,
        deviceId: "dev-a",
        at,
        data: { from: "online", to, reason: "" },
      };
    };
    const transitions = [went("offline", START_AT - hours(5) + 1), went("online", START_AT - hours(5) + minutes(9))];
    const checkpoint = { position: "p", sequence: 1, time: START_AT, memory: "" };
    await api.state.watch.commit({ checkpoint, states: [], transitions, rules: [] }, epoch);
    const { body } = await backtest({ rule: silent });
    expect(body.alerts).toEqual([expect.objectContaining({ openedAt: START_AT - hours(5) + 1 })]);
  });

  it("says who would have been told, and stores and tells nothing", async () => {
    await api.personWith("li", "crew", "a");
    await api.state.arrangements.put(
      "contact",
      { id: "li", default: [{ channelId: "page", address: null }], urgent: [], quiet: null },
      0,
      author,
    );
    const team = { id: "a-team", name: "A", role: "property" as const, placeId: "a", members: ["li"], rooms: [] };
    await api.state.arrangements.put("team", { ...team, desk: true }, 0, author);
    const { body } = await backtest({ rule });
    expect(body.toldOf).toBe(3);
    expect(body.told).toEqual([expect.objectContaining({ personId: "li", name: "Name of li", alerts: 3 })]);
    expect((await api.admin("GET", "/api/v1/alerts")).body.items).toEqual([]);
    expect((await api.admin("GET", "/api/v1/rules")).body.items).toEqual([]);
  });

  it("sees only the devices of the caller's places", async () => {
    const elsewhere = await api.tokenFor("manager", "b");
    expect((await backtest({ rule }, elsewhere)).body).toMatchObject({
      opened: 0,
      devices: { concerned: 1, tested: 0 },
    });
    expect((await backtest({ rule, devices: ["dev-a"] }, elsewhere)).body.devices.concerned).toBe(0);
    expect((await backtest({ rule }, await api.tokenFor("crew", "a"))).status).toBe(403);
  });

  it("is refused for what cannot be tried", async () => {
    expect((await backtest({ rule, from: START_AT - days(100) })).body.problems[0].field).toBe("from");
    expect((await backtest({ rule, from: START_AT + 1 })).status).toBe(400);
    expect((await backtest({ yaml: "id: room.warm\nlevels: [" })).body.problems[0].field).toMatch(/^rule\.yaml:2:/);
    expect((await backtest({ ruleId: "room.gone" })).status).toBe(404);
    expect((await backtest({ ruleId: "room.warm", rule })).status).toBe(400);
  });

  it("runs one at a time, and the next when it is over", async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    gate = promise;
    const first = backtest({ rule });
    await new Promise((turn) => setImmediate(turn));
    let second = await backtest({ rule });
    expect([second.status, second.headers["retry-after"]]).toEqual([429, "5"]);
    resolve();
    expect((await first).status).toBe(200);
    second = await backtest({ rule });
    expect(second.status).toBe(200);
  });
});

describe("a rule that is saved", () => {
  const save = (more: object, body: object = {}) =>
    api.admin("PUT", "/api/v1/rules/room.warm", { rule: { ...rule, ...more }, reason: "x", ...body });
  const problem = {
    field: "start",
    value: "armed",
    message: expect.stringContaining("told of 3 alerts, on 1 of 2 devices, where at most 2 are allowed"),
  };

  it("is refused when it would have told people too often, with the figure", async () => {
    const { status, body } = await save({});
    expect(status).toBe(400);
    expect(body.problems).toEqual([problem]);
    expect((await api.admin("GET", "/api/v1/rules")).body.items).toEqual([]);
  });

  it("is told so at its line of a rule file", async () => {
    await api.state.rules.put(rule, 0, "x", author);
    const yaml = String((await api.admin("GET", "/api/v1/rules/room.warm/yaml")).body).replace(
      "limit: 30",
      "limit: 31",
    );
    const { body } = await api.admin("PUT", "/api/v1/rules/room.warm", { yaml, reason: "x", version: 1 });
    expect(body.problems[0].field).toMatch(/^room\.warm\.yaml:\d+:\d+ start$/);
  });

  it("may be tried in shadow, raise what nobody is told of at once, or be armed all the same", async () => {
    expect((await save({ start: "shadow" })).body.warnings).toEqual([]);
    const quiet = [{ severity: "low", when: { point: "temperature", above: "$limit" } }];
    expect((await save({ levels: quiet }, { version: 1 })).body.warnings).toEqual([]);
    const { status, body } = await save({}, { version: 2, anyway: true });
    expect([status, body.warnings]).toEqual([200, [problem]]);
    // other words, the same alerts: nothing to ask again
    expect((await save({ name: { zh: "热", en: "Hot" } }, { version: 3 })).body.warnings).toEqual([]);
  });

  it("is never held back when it is of life safety", async () => {
    const { status, body } = await save({ lifeSafety: true });
    expect([status, body.stored.standing]).toEqual([200, "current"]);
    expect(body.warnings[0].message).toContain("of 3 alerts");
    expect(body.warnings[0].message).not.toContain("shadow");
  });
});
