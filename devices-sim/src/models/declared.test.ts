import { checkValue, DEVICE_KINDS, findPoint } from "@linli/model";
import { describe, expect, it } from "vitest";
import { bundledNeighbourhood, loadNeighbourhood } from "../app.ts";
import { createWorld } from "../world/world.ts";
import { MODELS } from "./index.ts";
import type { DeviceModel } from "./model.ts";

const neighbourhood = loadNeighbourhood(bundledNeighbourhood(), 1);
const world = createWorld(1, neighbourhood.site);
const DAY = 86_400_000;
const MONDAY = Date.UTC(2026, 5, 1);

/** Two devices of a kind, as different as the neighbourhood has them. */
function modelsOf(kind: string): [string, DeviceModel][] {
  const devices = neighbourhood.devices.filter((device) => device.kind === kind);
  const chosen = [...new Map(devices.map((device) => [JSON.stringify(Object.keys(device.tags)), device])).values()];
  return [devices[0], ...chosen].flatMap((device) => {
    const factory = MODELS.get(kind);
    return device && factory ? [[device.id, factory({ ...device, children: 3 }, world)] as [string, DeviceModel]] : [];
  });
}

it("has a model for every kind", () => {
  expect([...MODELS.keys()].toSorted()).toEqual([...DEVICE_KINDS.keys()].toSorted());
});

describe.each([...DEVICE_KINDS.keys()])("%s", (kindId) => {
  const kind = DEVICE_KINDS.get(kindId);
  const models = modelsOf(kindId);

  it("says only what its kind declares, with values that pass its check", () => {
    const refused = new Set<string>();
    for (const [id, model] of models) {
      for (let at = MONDAY; at < MONDAY + 7 * DAY; at += 1_777_777) {
        for (const [name, value] of Object.entries(model.observe(at))) {
          const point = kind && findPoint(kind, name);
          const checked = point && checkValue(point, value);
          if (!checked) refused.add(`${id} ${name}: not declared`);
          else if ("reason" in checked) refused.add(`${id} ${name}: ${checked.reason} ${JSON.stringify(value)}`);
          else if (checked.faulty) refused.add(`${id} ${name}: out of range ${JSON.stringify(value)}`);
        }
      }
    }
    expect([...refused]).toEqual([]);
  });

  it("tells only events that its kind declares, in order", () => {
    for (const [, model] of models) {
      const events = model.eventsBetween(MONDAY, MONDAY + DAY);
      for (const { type, data } of events) {
        const declared = kind?.events[type];
        expect(declared, type).toBeDefined();
        expect(Object.keys(declared?.data ?? {})).toEqual(expect.arrayContaining(Object.keys(data ?? {})));
      }
      expect(events.map(({ at }) => at)).toEqual(events.map(({ at }) => at).toSorted((a, b) => a - b));
    }
  });

  it("is a function of seed, device and time", () => {
    const [id = ""] = models[0] ?? [];
    const device = neighbourhood.devices.find((candidate) => candidate.id === id);
    const factory = MODELS.get(kindId);
    if (!device || !factory) throw new Error(`no device of kind ${kindId}`);
    const info = { ...device, children: 3 };
    const again = factory(info, createWorld(1, neighbourhood.site));
    const other = factory(info, createWorld(2, neighbourhood.site));
    const first = factory(info, world);
    const times = Array.from({ length: 40 }, (_, i) => MONDAY + i * 4_321_987);
    // asked in the opposite order: nothing may depend on what was asked before
    const backwards = times.toReversed().map((at) => again.observe(at));
    expect(times.map((at) => first.observe(at))).toEqual(backwards.toReversed());
    expect(times.map((at) => other.observe(at))).not.toEqual(times.map((at) => first.observe(at)));
  });
});
