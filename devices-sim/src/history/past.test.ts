import { createLogger } from "@linli/runtime";
import { expect, it } from "vitest";
import { bundledNeighbourhood, loadNeighbourhood, seedNeighbourhood } from "../app.ts";
import { NONE } from "../habits.ts";
import { createFakeClock } from "../testing/fake-clock.ts";
import { createFakeTransport } from "../testing/fake-transport.ts";
import { createPast, type PastSettings } from "./past.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const MONDAY = Date.parse("2026-06-01T00:00:00+08:00");
const home = loadNeighbourhood(bundledNeighbourhood(), 1);
const { fleet } = seedNeighbourhood(home.places, home.devices, () => "token", { site: home.site });
const log = createLogger("test", "silent");
const of = (...ids: string[]) => ({ ...fleet, devices: fleet.devices.filter(({ id }) => ids.includes(id)) });
const LIFT = of("lift-huayuan-01-1", "gw-lift-huayuan");

function setUp(settings: Partial<PastSettings> = {}) {
  const clock = createFakeClock(MONDAY + 30 * DAY);
  const fake = createFakeTransport();
  const full = { fleet: LIFT, from: MONDAY, until: () => MONDAY + DAY, habits: NONE, every: 5 * MINUTE, ...settings };
  const past = createPast(full, { clock, log }, fake.transport);
  const ending = new AbortController();
  const readings = () =>
    fake.published.filter(({ topic }) => topic.endsWith("/telemetry")).flatMap(({ body }) => body as Reading[]);
  const events = () => fake.published.filter(({ topic }) => topic.endsWith("/event")).map(({ body }) => body as Told);
  return { clock, fake, past, ending, readings, events };
}
interface Reading {
  readonly ts: number;
  readonly values: Readonly<Record<string, unknown>>;
}
interface Told {
  readonly ts: number;
  readonly type: string;
}

it("lives through the whole span without time passing, and every message carries the time of its moment", async () => {
  const { clock, fake, past, ending, readings } = setUp();
  await past.run(ending.signal);
  expect(clock.now()).toBe(MONDAY + 30 * DAY);
  const times = readings().map(({ ts }) => ts);
  expect(Math.min(...times)).toBeLessThan(MONDAY + MINUTE);
  expect(Math.max(...times)).toBeGreaterThan(MONDAY + DAY - 6 * MINUTE);
  expect(Math.max(...times)).toBeLessThanOrEqual(MONDAY + DAY);
  expect(fake.published.every(({ body }) => Array.isArray(body) || typeof (body as Told).ts === "number")).toBe(true);
  expect(past.counts()).toMatchObject({ devices: 2, sessions: 1, pending: 0, dropped: 0, at: MONDAY + DAY });
});

it("counts exactly what it told", async () => {
  const { fake, past, ending, readings, events } = setUp({ fleet: of("meds-wutong-hall") });
  await past.run(ending.signal);
  const values = readings().reduce((sum, reading) => sum + Object.keys(reading.values).length, 0);
  expect(events().length).toBeGreaterThan(5);
  expect(past.counts()).toMatchObject({
    readings: readings().length,
    values,
    events: events().length,
    acknowledged: fake.published.length,
  });
});

it("is said as back-fill, in sessions beside the devices' own that take no orders", async () => {
  const { fake, past, ending } = setUp();
  await past.run(ending.signal);
  const telemetry = fake.published.filter(({ topic }) => topic.endsWith("/telemetry"));
  expect(telemetry.length).toBeGreaterThan(5);
  expect(telemetry.every(({ body }) => Array.isArray(body))).toBe(true);
  expect(fake.connections.map(({ login }) => login)).toMatchObject([
    { deviceId: "gw-lift-huayuan", clientId: "gw-lift-huayuan-history", subscriptions: [] },
  ]);
});

it("says the same again with the same seed and span, habits included", async () => {
  const runs: unknown[] = [];
  for (const seed of [1, 1, 2]) {
    const { fake, past, ending } = setUp({
      fleet: { ...of("meds-wutong-hall"), seed },
      habits: { ...NONE, gaps: 0.2 },
    });
    await past.run(ending.signal);
    runs.push(fake.published);
  }
  expect(runs[1]).toEqual(runs[0]);
  expect(runs[2]).not.toEqual(runs[0]);
});

it("thinned out, no device speaks of its values more often than it may; what happened is told all the same", async () => {
  const dense = setUp({ fleet: of("meds-wutong-hall"), every: 1 });
  await dense.past.run(dense.ending.signal);
  const thin = setUp({ fleet: of("meds-wutong-hall"), every: 30 * MINUTE });
  await thin.past.run(thin.ending.signal);
  const times = thin.readings().map(({ ts }) => ts);
  expect(times.length).toBeLessThanOrEqual(DAY / (30 * MINUTE) + 1);
  expect(dense.readings().length).toBeGreaterThan(10 * times.length);
  expect(thin.events()).toEqual(dense.events());
});

it("stands still while the broker acknowledges nothing, with few messages waiting, and then goes on to the end", async () => {
  const { fake, past, ending } = setUp({ until: () => MONDAY + 7 * DAY, every: MINUTE });
  fake.acknowledges = false;
  const run = past.run(ending.signal);
  await turns(3_000);
  const stuckAt = past.counts().at;
  expect(stuckAt).toBeLessThan(MONDAY + 6 * DAY);
  expect(past.counts().pending).toBeGreaterThan(100);
  await turns(300);
  expect(past.counts()).toMatchObject({ at: stuckAt, acknowledged: 0, dropped: 0 });
  fake.acknowledges = true;
  for (const done of fake.connections[0]?.unanswered.splice(0) ?? []) done(true);
  await run;
  expect(past.counts()).toMatchObject({ at: MONDAY + 7 * DAY, pending: 0, dropped: 0 });
});

it("waits for a line that breaks, and repeats what was not acknowledged", async () => {
  const { clock, fake, past, ending, readings } = setUp({ fleet: of("cam-wutong-01") });
  fake.acknowledges = false;
  const run = past.run(ending.signal);
  await turns(300);
  const [first] = fake.connections;
  if (first) fake.drop(first);
  const at = past.counts().at;
  await turns(50);
  expect(past.counts().at).toBe(at);
  fake.acknowledges = true;
  clock.advance(10_000);
  await run;
  expect(fake.connections).toHaveLength(2);
  const expected = setUp({ fleet: of("cam-wutong-01") });
  await expected.past.run(expected.ending.signal);
  const times = (all: readonly Reading[]) => [...new Set(all.map(({ ts }) => ts))].toSorted((a, b) => a - b);
  expect(times(readings())).toEqual(times(expected.readings()));
});

it("plays its faults: the entrapment is told in its time, and a cut line tells afterwards", async () => {
  const faults = [
    { device: "lift-huayuan-01-1", fault: "entrapment", after: 3 * HOUR, lasts: 20 * MINUTE },
    { device: "gw-lift-huayuan", fault: "offline", after: 10 * HOUR, lasts: HOUR },
  ];
  const { fake, past, ending, readings, events } = setUp({ faults });
  await past.run(ending.signal);
  expect(events()).toMatchObject([{ type: "entrapment", ts: MONDAY + 3 * HOUR + 20_000 }]);
  expect(readings().some(({ values }) => values.passengerAlarm === true)).toBe(true);
  const births = fake.published.filter(({ topic }) => topic === "linli/v1/devices/gw-lift-huayuan/status");
  expect(births.map(({ body }) => (body as Told).ts)).toEqual([expect.any(Number), MONDAY + 11 * HOUR]);
  expect(fake.connections).toHaveLength(1);
});

it("leaves out who is refused and ends", async () => {
  const { fake, past, ending } = setUp({ fleet: of("cam-wutong-01", "meds-wutong-hall") });
  fake.accepts = false;
  const run = past.run(ending.signal);
  const [first, second] = fake.connections;
  first?.events.refused("wrong device id or token");
  second?.events.online();
  await run;
  expect(past.counts()).toMatchObject({ sessions: 2, refused: 1 });
  expect(new Set(fake.published.map(({ deviceId }) => deviceId))).toEqual(new Set([second?.login.deviceId]));
});

it("ends soon when it is told to", async () => {
  const { fake, past, ending } = setUp({ until: () => MONDAY + 365 * DAY, every: MINUTE });
  const run = past.run(ending.signal);
  await turns(20);
  ending.abort();
  await run;
  expect(past.counts().at).toBeLessThan(MONDAY + 365 * DAY);
  expect(fake.connections.every(({ isOpen }) => !isOpen)).toBe(true);
});

/** Lets everything that is ready happen, so many times over. */
async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
}
