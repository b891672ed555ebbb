import { DIMMED } from "../world/lamp-hours.ts";
import type { World } from "../world/world.ts";
import {
  type Answer,
  type Args,
  clamp,
  DAY,
  type DeviceInfo,
  type DeviceModel,
  HOUR,
  MINUTE,
  round,
  type Values,
} from "./model.ts";
import { createVitals } from "./vitals.ts";

const STANDBY = 0.4;

const FLAGS = [
  "lampFailure",
  "controlGearFailure",
  "relayFailure",
  "dayBurner",
  "cycling",
  "controlGearCommunicationFailure",
  "invalidScheduler",
  "thermalDerating",
  "thermalShutdown",
  "lowPower",
  "highPower",
  "lowCurrent",
  "highCurrent",
  "lowVoltage",
  "highVoltage",
  "lowPowerFactor",
  "criticalInrush",
] as const;
/** What drivers with a D4i interface tell beyond that. */
const D4I_FLAGS = [
  "externalSupplyOvervoltage",
  "externalSupplyUndervoltage",
  "outputPowerLimitation",
  "overallFailure",
  "lightSourceOpenCircuit",
  "lightSourceShortCircuit",
] as const;
const D4I_COUNTERS = [
  "thermalDerating",
  "thermalShutdown",
  "externalSupplyOvervoltage",
  "externalSupplyUndervoltage",
] as const;

/** What a switching changes: a power told before it would look like a failed lamp. */
const SWITCHED = new Set([
  "powerState",
  "dimmingCommand",
  "dimmingLevel",
  "commandInAction",
  "illuminanceLevel",
  "activePower",
  "supplyCurrent",
  "powerFactor",
]);

/** Electric values that follow from a level of light; used by the programme, by orders and by faults. */
export function light(values: Values, level: number, nominal: number): void {
  const voltage = typeof values.supplyVoltage === "number" ? values.supplyVoltage : 220;
  const share = level === 0 ? 0 : 0.06 + (0.94 * level) / 100;
  const factor = level === 0 ? 0.42 : 0.88 + (0.1 * level) / 100;
  const power = level === 0 ? STANDBY : nominal * share * (voltage / 220) ** 0.2;
  values.powerState = level === 0 ? "off" : level < 70 ? "low" : "on";
  values.dimmingLevel = Math.round(level);
  values.illuminanceLevel = round(level / 100, 2);
  values.activePower = round(power, 1);
  values.powerFactor = round(factor, 2);
  values.supplyCurrent = round(power / (voltage * factor), 3);
}

/** A lamp on its pole: on at dusk, dimmed at 23:00, off at dawn. */
export function streetlight(device: DeviceInfo, world: World): DeviceModel {
  const noise = world.noise(device.id);
  const circuit = world.noise(`circuit/${device.tags.circuit ?? device.id}`);
  const vitals = createVitals(device, world, { firmware: ["3.0.4", "2.9.8"] });
  const nominal = Number(device.tags.watts ?? 60) || 60;
  const isD4i = device.tags.driver === "D4i";
  const tilt = round(0.2 + 0.9 * noise.unit(1), 1);
  const before = world.lampHours.since2021(vitals.installed);
  // the relays of a circuit do not fall in one instant
  const delay = Math.round(45 * noise.unit(7)) * 1_000;

  /** Lumen depreciation and dust, over the years. */
  const spread = 0.97 + 0.06 * noise.unit(2);

  function observe(at: number): Values {
    const level = world.lampHours.level(at - delay);
    const evening = world.people.atHome.rate(at);
    const hours = world.lampHours.since2021(at - delay);
    const full = Math.max(0, hours.full - before.full);
    const low = Math.max(0, hours.low - before.low);
    const on = full + low;
    const values: Values = {
      ...vitals.observe(at),
      supplyVoltage: round(224 - 5 * evening + 2 * circuit.wave(at, 40 * MINUTE, 1) + 0.4 * noise.wave(at, HOUR, 2), 1),
      frequency: round(50 + 0.03 * circuit.wave(at, 10 * MINUTE, 3), 2),
      dimmingCommand: level,
      commandInAction: level,
      nominalPower: nominal,
      status: "ok",
      energyActive: round(
        (nominal * spread * (full + low * (0.06 + (0.94 * DIMMED) / 100))) / 1_000 +
          (STANDBY * Math.max(0, at - vitals.installed)) / HOUR / 1_000,
        3,
      ),
      lampOperatingHours: round(on, 1),
      driverOperatingHours: round(Math.max(0, at - vitals.installed) / HOUR, 0),
      lampSwitchCounter: Math.max(0, hours.switches - before.switches),
      lightSourceOnTime: round(on, 1),
      controlGearTemperature: round(
        world.weather.temperature(at) + 2 + (level / 100) * (14 + 4 * noise.unit(3)) + noise.wave(at, HOUR, 4),
        1,
      ),
      tiltAngle: tilt,
      // wet insulation: moves with the weather, over days
      leakageCurrent: round(clamp(1.5 + 2 * noise.unit(4) + 1.2 * noise.wave(at, 3 * DAY, 5), 0, 30), 0),
      doorOpen: false,
    };
    light(values, level, nominal * spread);
    for (const flag of FLAGS) values[flag] = false;
    if (isD4i) {
      for (const flag of D4I_FLAGS) values[flag] = false;
      for (const flag of D4I_COUNTERS) values[`${flag}Counter`] = noise.int(0, 3, 6);
    }
    if (device.tags.photocell === "yes") {
      const lux = world.weather.illuminance(at);
      values.illuminance = round(lux, lux > 100 ? 0 : 1);
    }
    return values;
  }

  function override(level: number, args: Args, at: number): Answer {
    const until = typeof args.until === "number" ? args.until : at + HOUR;
    const fade = typeof args.fade === "number" ? args.fade * 1_000 : 0;
    const start = world.lampHours.level(at - delay);
    const bend = (values: Values, now: number) => {
      const done = fade === 0 ? 1 : clamp((now - at) / fade, 0, 1);
      values.dimmingCommand = level;
      values.commandInAction = level;
      light(values, start + (level - start) * done, nominal * spread);
    };
    return { ok: true, effect: { name: "override", from: at, until, bend } };
  }

  /** A counter that begins anew: what it had then is taken off from now on. */
  function reset(at: number, names: readonly string[]): Answer {
    const then = observe(at);
    const bend = (values: Values) => {
      for (const name of names) {
        const [now, base] = [values[name], then[name]];
        if (typeof now === "number" && typeof base === "number") values[name] = round(Math.max(0, now - base), 3);
      }
    };
    return { ok: true, effect: { name: `reset-${names.join("-")}`, from: at, until: Infinity, bend } };
  }

  return {
    every: 15 * MINUTE,
    together: SWITCHED,
    observe,
    eventsBetween: () => [],
    nextChange: (at) => world.lampHours.nextChange(at - delay) + delay,
    obey(name, args, at) {
      if (name === "setDimming") return override(clamp(Number(args.level) || 0, 0, 100), args, at);
      if (name === "setPower") return override(args.power === "on" ? 100 : 0, args, at);
      if (name === "clearOverride") return { ok: true, clears: "override" };
      if (name === "resetEnergy") return reset(at, ["energyActive"]);
      if (name === "resetLampHours") return reset(at, ["lampOperatingHours", "lightSourceOnTime"]);
      if (name === "assignSchedule" && args.schedule !== "dusk-to-dawn") {
        return { ok: false, detail: `no such schedule: ${String(args.schedule)}; this controller has dusk-to-dawn` };
      }
      return undefined;
    },
  };
}
