import { checkValue, DEVICE_KINDS, findPoint } from "@linli/model";
import { describe, expect, it } from "vitest";
import { bundledNeighbourhood, loadNeighbourhood } from "../app.ts";
import { MODELS } from "../models/index.ts";
import type { DeviceModel, Values } from "../models/model.ts";
import { createWorld } from "../world/world.ts";
import { placeFault } from "./fault.ts";
import { FAULTS } from "./index.ts";

const home = loadNeighbourhood(bundledNeighbourhood(), 1);
const world = createWorld(1, home.site);
const MINUTE = 60_000;
/** A working day, ten in the morning and eleven at night. */
const MORNING = Date.parse("2026-06-02T10:00:00+08:00");
const NIGHT = Date.parse("2026-06-02T23:30:00+08:00");

function firstOf(kind: string): DeviceModel {
  const device = home.devices.find((candidate) => candidate.kind === kind);
  const factory = MODELS.get(kind);
  if (!device || !factory) throw new Error(`no device of kind ${kind}`);
  return factory({ ...device, children: 3 }, world);
}

/** What a device says with a fault that began at `from`. */
function under(kind: string, name: string, from: number): (at: number) => Values {
  const type = FAULTS.get(kind)?.[name];
  if (!type) throw new Error(`no fault ${name} of ${kind}`);
  const model = firstOf(kind);
  const { effect } = placeFault(type, model, from);
  return (at) => {
    const values = model.observe(at);
    if (effect.from <= at && at < effect.until + (effect.fades ?? 0)) effect.bend(values, at);
    return values;
  };
}

const all = [...FAULTS].flatMap(([kind, faults]) => Object.keys(faults).map((name) => [kind, name] as const));

it("knows at least three faults of every kind", () => {
  for (const kind of DEVICE_KINDS.keys())
    expect(Object.keys(FAULTS.get(kind) ?? {}).length, kind).toBeGreaterThanOrEqual(3);
});

describe.each(all)("%s: %s", (kindId, name) => {
  const kind = DEVICE_KINDS.get(kindId);
  const type = FAULTS.get(kindId)?.[name];
  if (!kind || !type) throw new Error(`no such fault: ${kindId} ${name}`);

  it("says and tells only what the kind declares", () => {
    const model = firstOf(kindId);
    const placed = placeFault(type, model, MORNING);
    const refused = new Set<string>();
    for (let at = MORNING; at < placed.effect.until + (type.fades ?? 0); at += type.lasts / 20) {
      const values = model.observe(at);
      placed.effect.bend(values, at);
      for (const [point, value] of Object.entries(values)) {
        const declared = findPoint(kind, point);
        const checked = declared && checkValue(declared, value);
        if (!checked || "reason" in checked || checked.faulty) refused.add(`${point} = ${JSON.stringify(value)}`);
      }
    }
    expect([...refused]).toEqual([]);
    for (const event of placed.events) {
      expect(kind.events[event.type], event.type).toBeDefined();
      expect(Object.keys(kind.events[event.type]?.data ?? {})).toEqual(
        expect.arrayContaining(Object.keys(event.data ?? {})),
      );
    }
  });

  it("shows, by day or by night, and is over in the end", () => {
    const model = firstOf(kindId);
    const shows = [MORNING, NIGHT].some((from) => {
      const placed = placeFault(type, model, from);
      const at = from + Math.min(type.lasts / 2, 40 * MINUTE);
      const values = model.observe(at);
      placed.effect.bend(values, at);
      return placed.silences.length > 0 || JSON.stringify(values) !== JSON.stringify(model.observe(at));
    });
    expect(shows).toBe(true);
    // flags clear at the end itself, what drifts is back when it has faded
    const at = under(kindId, name, MORNING);
    const until = MORNING + type.lasts;
    const flags = (values: Values) =>
      // a machine that stopped its sale goes on selling when its goods are in order again
      Object.entries(values).filter(([point, value]) => typeof value !== "number" && point !== "saleState");
    expect(flags(at(until))).toEqual(flags(model.observe(until)));
    const faded = until + (type.fades ?? 0) - 1;
    if (type.fades === undefined) return;
    for (const [point, value] of Object.entries(model.observe(faded))) {
      if (typeof value === "number") expect(Math.abs(Number(at(faded)[point]) - value), point).toBeLessThan(30);
    }
  });
});

describe("what people must be called for", () => {
  it("an entrapment: shut in between floors, alarm pressed, code 8's name", () => {
    const values = under("elevator", "entrapment", MORNING)(MORNING + MINUTE);
    expect(values).toMatchObject({
      occupied: true,
      passengerAlarm: true,
      carDoorZone: false,
      carDriveStatus: "stationary",
    });
    expect(values["carDoorStatus.1"]).toBe("closed");
    expect(values.faultSignals).toEqual(["carStoppedOutsideLandingZone"]);
  });

  it("a door open while the car moves, and only under this fault", () => {
    const values = under("elevator", "doorOpenWhileMoving", MORNING)(MORNING + 2_000);
    expect(values["carDoorStatus.1"]).toBe("open");
    expect(values.carDriveStatus).not.toBe("stationary");
  });

  it("a fridge that fails passes 8 °C within two hours, and recovers when it is mended", () => {
    const at = under("medicine-vending-machine", "fridgeFailure", MORNING);
    const temperature = (minutes: number) => Number(at(MORNING + minutes * MINUTE)["compartment.1.temperature"]);
    expect(temperature(1)).toBeLessThan(8);
    expect(temperature(120)).toBeGreaterThan(8);
    expect(temperature(239)).toBeGreaterThan(15);
    expect(temperature(240 + 180)).toBeLessThan(8);
    expect(at(MORNING + 200 * MINUTE).compressorOn).toBe(false);
  });

  it("a machine holds what is out of its zone, blocks what is spoiled, and releases neither when it is mended", () => {
    const at = under("medicine-vending-machine", "fridgeFailure", MORNING);
    const [minute, hour] = [MINUTE, 60 * MINUTE];
    expect(at(MORNING + 10 * minute).saleState).toBe("open");
    expect(at(MORNING + hour).saleState).toBe("held");
    expect(at(MORNING + 3 * hour).saleState).toBe("blocked");
    expect(at(MORNING + 10 * hour).saleState).toBe("blocked");
    expect(at(MORNING + 30 * hour).saleState).toBe("open");
    const frozen = under("medicine-vending-machine", "freeze", MORNING);
    expect(frozen(MORNING + hour).saleState).toBe("held");
    expect(frozen(MORNING + 10 * hour).saleState).toBe("blocked");
    expect(under("medicine-vending-machine", "saleNotHeld", MORNING)(MORNING + hour).saleState).toBe("open");
  });

  it("a thermostat that sticks freezes", () => {
    expect(
      under("medicine-vending-machine", "freeze", MORNING)(MORNING + 200 * MINUTE)["compartment.1.temperature"],
    ).toBeLessThan(-0.5);
  });

  it("a lamp that fails draws next to nothing while it should burn", () => {
    const values = under("streetlight", "lampFailure", NIGHT)(NIGHT + 30 * MINUTE);
    expect(values).toMatchObject({ lampFailure: true, commandInAction: 50 });
    expect(values.activePower).toBeLessThan(2);
  });

  it("a treadmill's motor passes 80 °C", () => {
    expect(under("gym-machine", "motorOverheating", MORNING)(MORNING + 30 * MINUTE).motorTemperature).toBeGreaterThan(
      80,
    );
  });

  it("a stuck probe repeats its digits", () => {
    const at = under("environment-sensor", "stuck", MORNING);
    expect(at(MORNING + 5 * 60 * MINUTE).temperature).toBe(at(MORNING).temperature);
  });
});
