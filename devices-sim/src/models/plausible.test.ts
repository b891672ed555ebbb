import { expect, it } from "vitest";
import { bundledNeighbourhood, loadNeighbourhood } from "../app.ts";
import { GYM_CLOSES, GYM_OPENS } from "../world/people.ts";
import { createWorld } from "../world/world.ts";
import { MODELS } from "./index.ts";
import type { DeviceModel, Values } from "./model.ts";

const home = loadNeighbourhood(bundledNeighbourhood(), 1);
const world = createWorld(1, home.site);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const MONDAY = Date.parse("2026-06-01T00:00:00+08:00");

function model(id: string): DeviceModel {
  const device = home.devices.find((candidate) => candidate.id === id);
  const factory = MODELS.get(device?.kind ?? "");
  if (!device || !factory) throw new Error(`no such device: ${id}`);
  return factory({ ...device, children: 0 }, world);
}

/** Values at each moment when something may change, for as long as told. */
function* changes(device: DeviceModel, from: number, until: number): Generator<[number, Values]> {
  for (
    let at = from;
    at < until;
    at = Math.max(at + 1, Math.ceil(Math.min(device.nextChange(at), at + device.every)))
  ) {
    yield [at, device.observe(at)];
  }
}

function number(values: Values, name: string): number {
  const value = values[name];
  if (typeof value !== "number") throw new Error(`${name} is ${String(value)}`);
  return value;
}

it.each(["lift-huayuan-03-1", "lift-wutong-01-1"])("%s moves only with its door shut, floor by floor", (id) => {
  const after: Record<string, readonly string[]> = {
    closed: ["closed", "opening"],
    opening: ["opening", "open"],
    open: ["open", "closing"],
    closing: ["closing", "closed"],
  };
  let door = "closed";
  let position: number | undefined;
  let trips = 0;
  const floors = new Set<unknown>();
  for (const [at, values] of changes(model(id), MONDAY, MONDAY + DAY)) {
    const now = String(values["carDoorStatus.1"]);
    if (values.carDriveStatus !== "stationary") expect(now, new Date(at).toISOString()).toBe("closed");
    expect(after[door], `${door} → ${now}`).toContain(now);
    door = now;
    const floor = number(values, "carPosition");
    if (position !== undefined) expect(Math.abs(floor - position)).toBeLessThanOrEqual(3);
    position = floor;
    floors.add(values.floorLabel);
    expect(number(values, "tripCount")).toBeGreaterThanOrEqual(trips);
    trips = number(values, "tripCount");
    expect(values.occupied).toBe(number(values, "carLoad") > 0);
  }
  expect(floors.size).toBeGreaterThan(4);
});

it("lifts are busy in the morning and quiet at night", () => {
  const lift = model("lift-huayuan-05-1");
  const trips = (from: number) =>
    number(lift.observe(MONDAY + (from + 2) * HOUR), "tripCount") -
    number(lift.observe(MONDAY + from * HOUR), "tripCount");
  expect(trips(7)).toBeGreaterThan(5 * trips(2));
});

it("counters never fall, over a week, in any kind", () => {
  const counters = [
    "tripCount",
    "doorCycleCount",
    "runTime",
    "bendCount",
    "energyActive",
    "lampOperatingHours",
    "lampSwitchCounter",
    "sessionCount",
    "salesCount",
    "salesAmount",
    "failedVendCount",
    "usageHours",
    "authFailedCount",
  ];
  for (const id of [
    "lift-jiangyue-01-1",
    "lamp-road-a01",
    "gym-huayuan-gym-01",
    "clinic-huayuan-hall",
    "meds-huayuan-hall",
    "cam-huayuan-01",
  ]) {
    const device = model(id);
    const last: Record<string, number> = {};
    for (let at = MONDAY; at < MONDAY + 7 * DAY; at += 23 * MINUTE) {
      const values = device.observe(at);
      for (const name of counters) {
        if (typeof values[name] !== "number") continue;
        expect(number(values, name), `${id} ${name}`).toBeGreaterThanOrEqual(last[name] ?? 0);
        last[name] = number(values, name);
      }
    }
    expect(Object.keys(last).length, id).toBeGreaterThan(0);
  }
});

it("lamps burn when it is dark, and only then", () => {
  const lamp = model("lamp-huayuan-a01");
  for (let at = MONDAY; at < MONDAY + 7 * DAY; at += 11 * MINUTE) {
    const elevation = world.sun.elevation(at);
    // a minute of the relay's own delay around dusk and dawn
    if (Math.abs(elevation + 3.3) < 0.4) continue;
    const values = lamp.observe(at);
    expect(values.powerState !== "off", new Date(at).toISOString()).toBe(elevation < -3.3);
    expect(number(values, "activePower") > 5).toBe(elevation < -3.3);
  }
});

it("a lamp's energy is its power over time", () => {
  const lamp = model("lamp-road-a02");
  let watthours = 0;
  for (let at = MONDAY; at < MONDAY + DAY; at += MINUTE) watthours += number(lamp.observe(at), "activePower") / 60;
  const counted = number(lamp.observe(MONDAY + DAY), "energyActive") - number(lamp.observe(MONDAY), "energyActive");
  expect(counted).toBeGreaterThan((0.95 * watthours) / 1_000);
  expect(counted).toBeLessThan((1.05 * watthours) / 1_000);
});

it.each(["meds-huayuan-hall", "meds-jiangyue-gate"])("%s keeps its cold, sells what it has, is refilled", (id) => {
  const machine = model(id);
  const stocks = (values: Values) => Object.entries(values).filter(([name]) => name.endsWith(".stock"));
  const total = (values: Values) => stocks(values).reduce((sum, [, stock]) => sum + Number(stock), 0);
  let refills = 0;
  let last: Values | undefined;
  const sold = { events: 0, amount: 0 };
  for (let at = MONDAY; at <= MONDAY + 7 * DAY; at += 13 * MINUTE) {
    const values = machine.observe(at);
    for (const [name, stock] of stocks(values)) expect(Number(stock), name).toBeGreaterThanOrEqual(0);
    expect(number(values, "compartment.1.temperature")).toBeGreaterThan(2);
    expect(number(values, "compartment.1.temperature")).toBeLessThan(8);
    if (last) {
      const vends = number(values, "salesCount") - number(last, "salesCount");
      if (total(values) > total(last)) refills++;
      else expect(total(last) - total(values)).toBe(vends);
    }
    last = values;
  }
  for (const { type, data } of machine.eventsBetween(MONDAY, MONDAY + DAY)) {
    if (type !== "vendSucceeded") continue;
    sold.events++;
    sold.amount += Number(data?.amount);
  }
  const [morning, night] = [machine.observe(MONDAY), machine.observe(MONDAY + DAY)];
  expect(refills).toBe(2);
  expect(sold.events).toBe(number(night, "salesCount") - number(morning, "salesCount"));
  expect(sold.events).toBeGreaterThan(10);
  expect(sold.amount).toBeCloseTo(number(night, "salesAmount") - number(morning, "salesAmount"), 1);
});

it("nobody trains or breathes in a closed gym", () => {
  const [machine, room] = [model("gym-chunheyuan-gym-01"), model("room-chunheyuan-gym")];
  let used = 0;
  for (let at = MONDAY; at < MONDAY + 7 * DAY; at += 9 * MINUTE) {
    const hour = world.local.hour(at);
    const isOpen = hour >= GYM_OPENS && hour < GYM_CLOSES;
    const inUse = machine.observe(at).machineState === "inUse";
    if (inUse) used++;
    // the last one may finish the half hour
    if (hour < GYM_OPENS || hour > GYM_CLOSES + 0.5) expect(inUse, new Date(at).toISOString()).toBe(false);
    if (!isOpen) expect(room.observe(at).peopleCount).toBe(0);
  }
  expect(used).toBeGreaterThan(20);
});

it("the clinic takes people in its hours and tells start and end of each visit", () => {
  const clinic = model("clinic-chunheyuan-hall");
  const events = clinic.eventsBetween(MONDAY, MONDAY + DAY);
  const starts = events.filter(({ type }) => type === "sessionStarted");
  const count = (at: number) => number(clinic.observe(at), "sessionCount");
  expect(starts.length).toBe(count(MONDAY + DAY) - count(MONDAY));
  expect(starts.length).toBeGreaterThan(5);
  for (const { at } of starts) {
    expect(world.local.hour(at)).toBeGreaterThan(7.6);
    expect(world.local.hour(at)).toBeLessThan(20.4);
  }
});

it("cameras see in infra-red at night, and garages never do", () => {
  expect(model("cam-huayuan-01").observe(MONDAY + 2 * HOUR).irOn).toBe(true);
  expect(model("cam-huayuan-01").observe(MONDAY + 13 * HOUR).irOn).toBe(false);
  expect(model("cam-huayuan-garage-1").observe(MONDAY + 2 * HOUR).irOn).toBe(false);
});

it("summer is warm, winter cold, and the afternoon warmer than the night", () => {
  const sensor = model("env-huayuan-garden");
  const mean = (from: number) => {
    let sum = 0;
    for (let hour = 0; hour < 240; hour++) sum += number(sensor.observe(from + hour * HOUR), "temperature");
    return sum / 240;
  };
  const [july, january] = [mean(Date.UTC(2026, 6, 20)), mean(Date.UTC(2026, 0, 20))];
  expect(july).toBeGreaterThan(24);
  expect(july).toBeLessThan(34);
  expect(january).toBeGreaterThan(-2);
  expect(january).toBeLessThan(11);
});
