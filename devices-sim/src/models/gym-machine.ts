import { createArrivals } from "../world/arrivals.ts";
import type { World } from "../world/world.ts";
import {
  clamp,
  DAY,
  type DeviceEvent,
  type DeviceInfo,
  type DeviceModel,
  HOUR,
  MINUTE,
  round,
  type Values,
} from "./model.ts";
import { createSessions, type Session } from "./sessions.ts";
import { createVitals } from "./vitals.ts";

/** Wear counts each stay with the mean length of all. */
const MEAN_HOURS = 0.3;
const SERVICE_EVERY = 90 * DAY;

type Machine = "treadmill" | "bike" | "rower" | "crossTrainer";

function machineOf(text: string | undefined): Machine {
  return text === "bike" || text === "rower" || text === "crossTrainer" ? text : "treadmill";
}

/** A treadmill, bike, rower or cross trainer: stays by the gym's rhythm, warming motors, belts that wear. */
export function gymMachine(device: DeviceInfo, world: World): DeviceModel {
  const noise = world.noise(device.id);
  const machine = machineOf(device.tags.machine);
  const hasBelt = machine === "treadmill";
  const vitals = createVitals(device, world, { firmware: ["1.9.2", "1.8.7"] });
  const sessions = createSessions({
    arrivals: createArrivals({
      rhythm: world.people.gym,
      scale: 0.55 + 0.6 * noise.unit(1),
      slotMs: 30 * MINUTE,
      block: 8,
      noise: noise.fork("arrivals"),
    }),
    noise: noise.fork("sessions"),
    length: [9 * MINUTE, 26 * MINUTE],
  });
  const firstCount = sessions.finished(vitals.installed);
  const serviceShift = Math.floor(noise.unit(2) * 90) * DAY;

  const cruise = (session: Session) => 7 + 5 * noise.unit(session.slot, 3);

  /** Up for two minutes, then steady with a breath in it, down in the last minute. */
  function effort(session: Session, at: number): number {
    const up = clamp((at - session.start) / (2 * MINUTE), 0.35, 1);
    const down = clamp((session.end - at) / MINUTE, 0.3, 1);
    return up * down * (1 + 0.06 * noise.wave(at, 90_000, 4));
  }

  /** km/h; the mean of the ramps is left out of the distance, which a display does too. */
  const speed = (session: Session, at: number) =>
    cruise(session) * (machine === "bike" ? 2.3 : 1) * effort(session, at);
  const metres = (session: Session, at: number) =>
    (cruise(session) * (machine === "bike" ? 2.3 : 1) * 0.96 * (at - session.start)) / 3_600;

  function exercise(session: Session, at: number): Values {
    const moved = effort(session, at);
    const power = (hasBelt ? 8 : 11) * cruise(session) * moved;
    const values: Values = {
      machineState: "inUse",
      speed: round(speed(session, at), 2),
      totalDistance: Math.round(metres(session, at)),
      instantaneousPower: Math.round(power),
      totalEnergy: Math.round(((at - session.start) / HOUR) * 62 * cruise(session)),
      elapsedTime: Math.round((at - session.start) / 1_000),
    };
    if (hasBelt) values.inclination = round(noise.int(0, 5, session.slot, 5), 1);
    else values.resistanceLevel = noise.int(4, 14, session.slot, 6);
    if (machine === "bike") values.cadence = Math.round(78 * moved + 6 * noise.unit(session.slot, 7));
    if (machine === "rower") values.cadence = Math.round(24 * moved);
    if (machine === "crossTrainer") values.stepRate = Math.round(108 * moved);
    return values;
  }

  function idle(): Values {
    const values: Values = {
      machineState: "idle",
      speed: 0,
      totalDistance: 0,
      instantaneousPower: 0,
      totalEnergy: 0,
      elapsedTime: 0,
    };
    if (hasBelt) values.inclination = 0;
    else values.resistanceLevel = 1;
    if (machine === "bike" || machine === "rower") values.cadence = 0;
    if (machine === "crossTrainer") values.stepRate = 0;
    return values;
  }

  /** Motors warm with minutes of use and cool within the half hour. */
  function motorTemperature(at: number): number {
    const near = sessions.near(at);
    const room = 21;
    if (!near || at < near.start) return room + 3;
    const rise = (time: number) => 26 * (1 - Math.exp(-(time - near.start) / (9 * MINUTE)));
    if (at < near.end) return room + 3 + rise(at);
    return room + 3 + rise(near.end) * Math.exp(-(at - near.end) / (10 * MINUTE));
  }

  /** Stays since installation, a running one in part. */
  function used(at: number): { count: number; hours: number } {
    const count = Math.max(0, sessions.finished(at) - firstCount);
    const running = sessions.during(at);
    const part = running ? (at - running.start) / (running.end - running.start) : 0;
    return { count, hours: round((count + part) * MEAN_HOURS, 2) };
  }

  function observe(at: number): Values {
    const session = sessions.during(at);
    const { count, hours } = used(at);
    const serviced = Math.max(
      vitals.installed,
      Math.floor((at - serviceShift) / SERVICE_EVERY) * SERVICE_EVERY + serviceShift,
    );
    const sinceService = hours - used(serviced).hours;
    const load = session ? effort(session, at) : 0;
    return {
      ...vitals.observe(at),
      ...(session ? exercise(session, at) : idle()),
      usageHours: hours,
      sessionCount: count + (session ? 1 : 0),
      ...(hasBelt && { beltHours: hours }),
      lastServiceAt: serviced,
      lastServiceHours: used(serviced).hours,
      motorCurrent: round(hasBelt ? 0.3 + 6.2 * load : 0.2 + 0.5 * load, 2),
      motorTemperature: round(motorTemperature(at) + 0.4 * noise.wave(at, 2 * MINUTE, 8), 1),
      ...(hasBelt && { beltVibration: round(load * (2.1 + sinceService / 120) + 0.1, 2) }),
    };
  }

  function eventsBetween(from: number, to: number): DeviceEvent[] {
    const events: DeviceEvent[] = [];
    for (const session of sessions.touching(from, to)) {
      if (session.start > from) events.push({ at: session.start, type: "started" });
      if (session.end > from && session.end <= to) {
        const duration = Math.round((session.end - session.start) / 1_000);
        const averagePower = Math.round((hasBelt ? 8 : 11) * cruise(session) * 0.93);
        const distance = Math.round(metres(session, session.end));
        events.push({ at: session.end, type: "sessionEnded", data: { duration, distance, averagePower } });
      }
    }
    return events.toSorted((a, b) => a.at - b.at);
  }

  return {
    every: MINUTE,
    observe,
    eventsBetween,
    nextChange: (at) => sessions.nextChange(at),
    obey(name, args, at) {
      if (name === "unlock") return { ok: true, clears: "lock" };
      if (name === "endSession") {
        const session = sessions.during(at);
        if (!session) return { ok: false, detail: "nobody is training" };
        const bend = (values: Values) => Object.assign(values, idle());
        return { ok: true, effect: { name: "end", from: at, until: session.end, bend } };
      }
      if (name !== "lock") return undefined;
      const until = typeof args.until === "number" ? args.until : at + HOUR;
      const bend = (values: Values) => Object.assign(values, idle(), { machineState: "maintenance" });
      return { ok: true, effect: { name: "lock", from: at, until, bend } };
    },
  };
}
