import { createLogger } from "@linli/runtime";
import { expect, it } from "vitest";
import {
  bundledNeighbourhood,
  createSimulator,
  loadNeighbourhood,
  type SimulatorSettings,
  seedNeighbourhood,
} from "./app.ts";
import { NONE } from "./habits.ts";
import { createFakeClock } from "./testing/fake-clock.ts";
import { createFakeTransport, settle } from "./testing/fake-transport.ts";

const home = loadNeighbourhood(bundledNeighbourhood(), 1);
const { fleet } = seedNeighbourhood(home.places, home.devices, () => "token", { site: home.site });
const log = createLogger("test", "silent");
const MORNING = Date.parse("2026-06-02T09:59:13+08:00");

function setUp(settings: Partial<SimulatorSettings> = {}) {
  const clock = createFakeClock(MORNING);
  const fake = createFakeTransport();
  const full = { broker: "mqtt://nowhere", fleet, habits: NONE, ...settings };
  const simulator = createSimulator(full, { clock, log, transport: fake.transport });
  const pass = async (ms: number) => {
    for (let passed = 0; passed < ms; passed += 1_000) {
      clock.advance(Math.min(1_000, ms - passed));
      await settle();
    }
  };
  const of = (id: string, channel: string) =>
    fake.published.filter(({ topic }) => topic === `linli/v1/devices/${id}/${channel}`);
  return { clock, fake, simulator, pass, of };
}

const one = (...ids: string[]) => ({ ...fleet, devices: fleet.devices.filter(({ id }) => ids.includes(id)) });

it("has every device online and heard within 30 s, children through their gateway's session", async () => {
  const { fake, simulator, pass, of } = setUp();
  await simulator.start();
  await pass(30_000);
  expect(simulator.counts()).toMatchObject({ devices: home.devices.length, greeted: home.devices.length, pending: 0 });
  const heard = new Set(
    fake.published.filter(({ topic }) => topic.endsWith("/telemetry")).map(({ topic }) => topic.split("/")[3]),
  );
  expect(heard.size).toBe(home.devices.length);
  expect(of("lift-huayuan-01-1", "telemetry")[0]?.deviceId).toBe("gw-lift-huayuan");
  expect(of("lift-huayuan-01-1", "status")[0]?.body).toMatchObject({ state: "online" });
  expect(fake.connections).toHaveLength(fleet.devices.filter(({ gatewayId }) => gatewayId === null).length);
});

it("then speaks evenly, a few tens of messages a second at most", async () => {
  const { fake, simulator, pass } = setUp();
  await simulator.start();
  await pass(60_000);
  const rates: number[] = [];
  for (let second = 0; second < 120; second++) {
    const before = fake.published.length;
    await pass(1_000);
    rates.push(fake.published.length - before);
  }
  const mean = rates.reduce((sum, rate) => sum + rate, 0) / rates.length;
  expect(mean).toBeGreaterThan(4);
  expect(mean).toBeLessThan(40);
  expect(Math.max(...rates)).toBeLessThan(5 * mean);
});

it("says the same again with the same seed and time", async () => {
  const runs = await Promise.all(
    [1, 1, 2].map(async (seed) => {
      const { fake, simulator, pass } = setUp({ fleet: { ...one("meds-wutong-hall", "cam-wutong-01"), seed } });
      await simulator.start();
      await pass(300_000);
      return fake.published;
    }),
  );
  expect(runs[0]?.length).toBeGreaterThan(5);
  expect(runs[1]).toEqual(runs[0]);
  expect(runs[2]).not.toEqual(runs[0]);
});

it("aims at the rate it is given", async () => {
  const { fake, simulator, pass } = setUp({
    fleet: { ...fleet, devices: fleet.devices.filter(({ kind }) => kind === "camera") },
    rate: 50,
  });
  await simulator.start();
  await pass(20_000);
  const before = fake.published.length;
  await pass(20_000);
  expect((fake.published.length - before) / 20).toBeGreaterThan(45);
  expect((fake.published.length - before) / 20).toBeLessThan(55);
});

it("plays a fault at its time: the entrapment is told at once and ends", async () => {
  const lift = "lift-huayuan-01-1";
  const faults = [{ device: lift, fault: "entrapment", after: 60_000, lasts: 120_000 }];
  const { simulator, pass, of } = setUp({ fleet: one(lift, "gw-lift-huayuan"), faults });
  await simulator.start();
  await pass(59_000);
  expect(of(lift, "event")).toEqual([]);
  await pass(45_000);
  expect(of(lift, "event").map(({ body }) => body)).toMatchObject([{ type: "entrapment", ts: MORNING + 80_000 }]);
  const alarms = () =>
    of(lift, "telemetry").flatMap(
      ({ body }) => (body as { values: Record<string, unknown> }).values.passengerAlarm ?? [],
    );
  expect(alarms()).toEqual([false, true]);
  await pass(90_000);
  expect(alarms()).toEqual([false, true, false]);
});

it("goes blind in a power cut: one last word, then nothing", async () => {
  const lift = "lift-huayuan-01-1";
  const faults = [{ device: lift, fault: "blind", after: 60_000, lasts: 300_000 }];
  const { simulator, pass, of } = setUp({ fleet: one(lift, "gw-lift-huayuan"), faults });
  await simulator.start();
  await pass(64_000);
  expect(of(lift, "telemetry").at(-1)?.body).toMatchObject({ values: { mainsLost: true, occupied: true } });
  const before = of(lift, "telemetry").length;
  await pass(290_000);
  expect(of(lift, "telemetry")).toHaveLength(before);
  await pass(30_000);
  expect(of(lift, "telemetry").length).toBeGreaterThan(before);
});

it("a gateway whose line is cut tells the missing time afterwards, as back-fill", async () => {
  const lift = "lift-huayuan-01-1";
  const faults = [{ device: "gw-lift-huayuan", fault: "offline", after: 60_000, lasts: 120_000 }];
  const { fake, simulator, pass, of } = setUp({ fleet: one(lift, "gw-lift-huayuan"), faults });
  await simulator.start();
  await pass(200_000);
  expect(fake.connections).toHaveLength(2);
  const backfills = of(lift, "telemetry").filter(({ body }) => Array.isArray(body));
  expect(backfills).toHaveLength(1);
  const times = ((backfills[0]?.body ?? []) as { ts: number }[]).map(({ ts }) => ts);
  expect(times.length).toBeGreaterThan(10);
  expect(times).toEqual(times.toSorted((a, b) => a - b));
  expect(times[0]).toBeGreaterThanOrEqual(MORNING + 60_000);
});

function order(id: string, name: string, args: Record<string, unknown>, expiresAt = MORNING + 3_600_000) {
  return {
    topic: `linli/v1/devices/${id}/commands/c1`,
    payload: Buffer.from(JSON.stringify({ name, args, expiresAt })),
  };
}

it("obeys: a lamp that is told to dim by day burns at once, answers, and goes back in time", async () => {
  const lamp = "lamp-huayuan-a01";
  const { fake, simulator, pass, of } = setUp({ fleet: one(lamp, "gw-light-huayuan") });
  await simulator.start();
  await pass(30_000);
  const { topic, payload } = order(lamp, "setDimming", { level: 80, fade: 0, until: MORNING + 120_000 });
  fake.connections[0]?.events.message(topic, payload);
  await pass(2_000);
  expect(of(lamp, "commands/c1/result").map(({ body }) => body)).toEqual([{ ok: true }]);
  expect(of(lamp, "telemetry").at(-1)?.body).toMatchObject({ values: { powerState: "on", dimmingLevel: 80 } });
  await pass(120_000);
  expect(of(lamp, "telemetry").at(-1)?.body).toMatchObject({ values: { powerState: "off", dimmingLevel: 0 } });
});

it("says no to what it cannot do, to what is late, and repeats its answer without doing it twice", async () => {
  const { fake, simulator, pass, of } = setUp({ fleet: one("cam-wutong-01") });
  await simulator.start();
  await pass(30_000);
  const say = ({ topic, payload }: { topic: string; payload: Uint8Array }, id: string) =>
    fake.connections[0]?.events.message(topic.replace("c1", id), payload);
  say(order("cam-wutong-01", "gotoPreset", { preset: 3 }), "c1");
  say(order("cam-wutong-01", "reboot", {}, MORNING - 1), "c2");
  say({ topic: "linli/v1/devices/cam-wutong-01/commands/c3", payload: Buffer.from("garbage") }, "c3");
  say(order("cam-wutong-01", "reboot", {}), "c4");
  await pass(2_000);
  const result = (id: string) => of("cam-wutong-01", `commands/${id}/result`).map(({ body }) => body);
  expect(result("c1")).toEqual([{ ok: false, detail: "this camera does not turn" }]);
  expect(result("c2")).toMatchObject([{ ok: false }]);
  expect(result("c3")).toMatchObject([{ ok: false }]);
  expect(result("c4")).toEqual([{ ok: true, detail: "restarted" }]);
  const boots = () =>
    of("cam-wutong-01", "telemetry").filter(({ body }) => "lastBootAt" in (body as { values: object }).values).length;
  const before = boots();
  await pass(5_000);
  say(order("cam-wutong-01", "reboot", {}), "c4");
  await pass(2_000);
  expect(result("c4")).toHaveLength(2);
  expect(boots()).toBe(before);
});

it("ends with everything acknowledged and nothing waiting", async () => {
  const { clock, simulator, pass } = setUp({ fleet: one("cam-wutong-01"), once: true });
  await simulator.start();
  await pass(20_000);
  expect(simulator.counts()).toMatchObject({ online: 1, greeted: 1, acknowledged: 2, pending: 0 });
  await simulator.stop();
  await simulator.stop();
  expect(clock.timers).toBe(0);
});
