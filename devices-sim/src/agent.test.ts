import { expect, it } from "vitest";
import { createAgent } from "./agent.ts";
import { HANGZHOU } from "./fleet.ts";
import { MODELS } from "./models/index.ts";
import type { DeviceInfo, DeviceModel } from "./models/model.ts";
import { createWorld } from "./world/world.ts";

const START = Date.UTC(2026, 5, 1, 7);
const info: DeviceInfo = {
  id: "env-1",
  kind: "environment-sensor",
  name: "env",
  gatewayId: null,
  tags: {},
  children: 0,
};

/** A sensor whose temperature rises steadily and whose motion flips at a known moment. */
function sensor(flipsAt = Infinity): DeviceModel {
  return {
    every: 300_000,
    observe: (at) => ({ temperature: (at - START) / 1_000, motion: at >= flipsAt, batteryLevel: 90 }),
    eventsBetween: () => [],
    nextChange: (at) => (at < flipsAt ? flipsAt : Infinity),
  };
}

const namesOf = (messages: readonly { body: Readonly<Record<string, unknown>> }[]) =>
  messages.map(({ body }) => Object.keys(body.values as object));

it("says everything first, then numbers at their kind's cadence, and states when they change", () => {
  const agent = createAgent({ info, model: sensor(START + 400_000), phase: 0.5 });
  expect(namesOf(agent.full(START))).toEqual([["temperature", "motion", "batteryLevel"]]);
  expect(agent.next(START)).toBe(START + 150_000);
  expect(namesOf(agent.wake(START + 150_000))).toEqual([["temperature"]]);
  expect(agent.next(START + 150_000)).toBe(START + 400_000);
  expect(namesOf(agent.wake(START + 400_000))).toEqual([["motion"]]);
  expect(agent.next(START + 400_000)).toBe(START + 450_000);
});

it("has nothing to say when nothing is due", () => {
  const agent = createAgent({ info, model: sensor(), phase: 0 });
  agent.full(START + 1);
  expect(agent.wake(START + 1_000)).toEqual([]);
});

it("spreads devices over their period by their phase", () => {
  const firsts = [0.1, 0.4, 0.9].map((phase) => createAgent({ info, model: sensor(), phase }).next(START) - START);
  expect(firsts).toEqual([30_000, 120_000, 270_000]);
});

it("tells its power with the switching, not a quarter of an hour later", () => {
  const world = createWorld(1, HANGZHOU);
  const factory = MODELS.get("streetlight");
  if (!factory) throw new Error("no streetlight");
  const lamp: DeviceInfo = { ...info, id: "lamp-1", kind: "streetlight" };
  const agent = createAgent({ info: lamp, model: factory(lamp, world), phase: 0 });
  const afternoon = Date.parse("2026-06-01T18:00:00+08:00");
  agent.full(afternoon);
  let at = afternoon;
  for (;;) {
    at = Math.ceil(agent.next(at));
    const values = agent.wake(at)[0]?.body.values as Record<string, unknown> | undefined;
    if (values?.powerState === undefined) continue;
    expect(values).toMatchObject({ powerState: "on", dimmingLevel: 100 });
    expect(values.activePower).toBeGreaterThan(50);
    break;
  }
  expect(world.sun.elevation(at)).toBeLessThan(-3);
  expect(world.sun.elevation(at)).toBeGreaterThan(-4);
});

it("a later order replaces the one before, and ends when it is cleared", () => {
  const agent = createAgent({ info, model: sensor(), phase: 0 });
  const effect = (value: number) => ({
    name: "override",
    from: START,
    until: START + 1_000,
    bend: (values: Record<string, unknown>) => Object.assign(values, { temperature: value }),
  });
  agent.add(effect(1));
  agent.add(effect(2));
  expect(agent.observe(START).temperature).toBe(2);
  agent.clear("override");
  expect(agent.observe(START).temperature).toBe(0);
});
