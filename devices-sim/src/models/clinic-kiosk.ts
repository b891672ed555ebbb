import { createArrivals } from "../world/arrivals.ts";
import { CLINIC_CLOSES, CLINIC_OPENS } from "../world/people.ts";
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
  SECOND,
  type Values,
} from "./model.ts";
import { createSessions, type Session } from "./sessions.ts";
import { createVitals } from "./vitals.ts";

const PERIPHERALS = [
  "bpMonitor",
  "oximeter",
  "thermometer",
  "ecg",
  "scale",
  "printer",
  "idReader",
  "cardReader",
  "camera",
  "microphone",
  "medicineCabinet",
] as const;
/** Must be verified every year. */
const VERIFIED = ["bpMonitor", "thermometer", "ecg", "scale"] as const;
/** Percent of a roll that one report takes; a new roll goes in at a fifth. */
const PAPER_PER_SESSION = 0.8;
const PAPER_CHANGED_AT = 20;
const DOOR_OPEN = 12 * SECOND;

/** Hours of the daily routine. */
const SELF_TEST = 7.5;
const UV_FROM = 21;
const UV_HOURS = 0.5;

/** A cloud clinic: sessions in opening hours, a self-test before, ultraviolet light after. Nothing of what it measures. */
export function clinicKiosk(device: DeviceInfo, world: World): DeviceModel {
  const noise = world.noise(device.id);
  const vitals = createVitals(device, world, { firmware: ["6.3.1"], calibrated: true });
  const sessions = createSessions({
    arrivals: createArrivals({
      rhythm: world.people.clinic,
      scale: 0.8 + 0.3 * noise.unit(1),
      slotMs: 20 * MINUTE,
      block: 12,
      noise: noise.fork("arrivals"),
    }),
    noise: noise.fork("sessions"),
    length: [4 * MINUTE, 15 * MINUTE],
  });
  const firstCount = sessions.finished(vitals.installed);

  const hourOf = (at: number) => world.local.hour(at);
  const isOpen = (at: number) => hourOf(at) >= CLINIC_OPENS && hourOf(at) < CLINIC_CLOSES;
  const wait = (session: Session) => Math.round(20 + 150 * noise.unit(session.slot, 2) ** 2);

  function state(at: number, session: Session | undefined): string {
    const hour = hourOf(at);
    if (session) return "inUse";
    if (hour >= SELF_TEST && hour < SELF_TEST + 1 / 12) return "selfTest";
    return isOpen(at) ? "available" : "outOfService";
  }

  /** A third of a session is measuring, then the doctor comes on the line. */
  function consultation(at: number, session: Session | undefined): string {
    if (!session) return "idle";
    const ask = session.start + (session.end - session.start) / 3;
    if (at < ask || at > session.end - 30 * SECOND) return "idle";
    return at < Math.min(ask + wait(session) * SECOND, session.end - MINUTE) ? "waiting" : "connected";
  }

  /** The latest session that began before `at`, for what a display keeps showing. */
  function latest(at: number): Session | undefined {
    return sessions.touching(at - 16 * HOUR, at).at(-1);
  }

  function observe(at: number): Values {
    const session = sessions.during(at);
    const count = Math.max(0, sessions.finished(at) - firstCount);
    const paper = 100 - ((count * PAPER_PER_SESSION) % (100 - PAPER_CHANGED_AT));
    const seen = latest(at);
    const ended = seen && seen.end <= at ? seen : undefined;
    const testedDay = hourOf(at) >= SELF_TEST + 1 / 12 ? world.local.day(at) : world.local.day(at) - 1;
    const door = session && (at - session.start < DOOR_OPEN || session.end - at < DOOR_OPEN);
    const values: Values = {
      ...vitals.observe(at),
      state: state(at, session),
      sessionActive: session !== undefined,
      sessionCount: count,
      sessionDuration: ended ? Math.round((ended.end - ended.start) / 1_000) : 0,
      videoConsultState: consultation(at, session),
      doctorWaitTime: seen ? wait(seen) : 0,
      measurementSuccessRate: round(clamp(96.5 + 3 * noise.wave(at, 3 * HOUR, 3), 0, 100), 1),
      "selfTest.result": "pass",
      "selfTest.failed": [],
      "selfTest.at": Math.round(world.local.midnight(testedDay) + (SELF_TEST + 1 / 12) * HOUR),
      "peripheral.bpMonitor.cuffCycles": Math.floor((count * 1.4) % 18_000),
      "printer.paperLevel": Math.round(paper),
      "printer.paperState": paper < 25 ? "low" : "ok",
      cabinTemperature: round(
        22.5 + 0.08 * (world.weather.temperature(at) - 18) + (session ? 0.8 : 0) + 0.4 * noise.wave(at, HOUR, 4),
        1,
      ),
      cabinHumidity: round(
        clamp(48 + 0.2 * (world.weather.humidity(at) - 65) + 2 * noise.wave(at, HOUR, 5), 15, 95),
        1,
      ),
      co2: Math.round(
        440 +
          (session ? 55 * Math.min(6, (at - session.start) / (2 * MINUTE)) : 30) +
          15 * noise.wave(at, 10 * MINUTE, 6),
      ),
      doorState: door === true,
      sosPressed: false,
      uvLampOn: hourOf(at) >= UV_FROM && hourOf(at) < UV_FROM + UV_HOURS,
      occupied: session !== undefined,
      lastInteractionAt: session?.start ?? ended?.end ?? vitals.installed,
      networkLatency: round(24 + 8 * noise.wave(at, 4 * MINUTE, 7) + 6 * noise.unit(Math.floor(at / MINUTE), 8), 0),
      packetLoss: round(Math.max(0, 0.4 * noise.wave(at, 6 * MINUTE, 9)), 2),
      uplinkBandwidth: round(18 + 4 * noise.wave(at, 10 * MINUTE, 10), 1),
      upsOnBattery: false,
      upsCharge: 100,
      upsRuntime: 38,
      diskFree: round(61 - 18 * (((at / DAY + 30 * noise.unit(11)) % 30) / 30), 1),
      cpuTemperature: round(46 + (session ? 9 : 0) + 2 * noise.wave(at, 8 * MINUTE, 12), 1),
      appVersion: "3.12.0",
    };
    for (const name of PERIPHERALS) values[`peripheral.${name}.status`] = "ok";
    for (const [index, name] of VERIFIED.entries()) {
      const shift = noise.int(0, 340, index, 13) * DAY;
      const since = (Math.floor(at / DAY) * DAY + shift) % (345 * DAY);
      values[`peripheral.${name}.lastCalibrationAt`] = Math.floor(at / DAY) * DAY - since;
    }
    return values;
  }

  function eventsBetween(from: number, to: number): DeviceEvent[] {
    const events: DeviceEvent[] = [];
    for (const session of sessions.touching(from, to)) {
      if (session.start > from) events.push({ at: session.start, type: "sessionStarted" });
      const failedAt = session.start + MINUTE;
      if (failedAt > from && failedAt <= to && noise.unit(session.slot, 14) < 0.04) {
        const reason = noise.pick(["motion", "timeout", "motion"], session.slot, 15);
        events.push({ at: failedAt, type: "measurementFailed", data: { device: "bpMonitor", reason } });
      }
      if (session.end > from && session.end <= to) {
        const result = noise.unit(session.slot, 16) < 0.95 ? "completed" : "cancelled";
        events.push({ at: session.end, type: "sessionEnded", data: { result } });
      }
    }
    return events.toSorted((a, b) => a.at - b.at);
  }

  return {
    every: MINUTE,
    together: new Set(["selfTest.result", "selfTest.failed", "selfTest.at"]),
    observe,
    eventsBetween,
    nextChange(at) {
      const next = sessions.nextChange(at);
      const session = sessions.during(at);
      if (!session) return next;
      const ask = session.start + (session.end - session.start) / 3;
      const steps = [
        session.start + DOOR_OPEN,
        ask,
        ask + wait(session) * SECOND,
        session.end - 30 * SECOND,
        session.end - DOOR_OPEN,
      ];
      return Math.min(next, ...steps.filter((step) => step > at));
    },
    obey(name, args, at) {
      if (name === "runSelfTest")
        return sessions.during(at) ? { ok: false, detail: "somebody is inside" } : { ok: true, detail: "passed" };
      if (name === "openDoor") {
        const bend = (values: Values) => {
          values.doorState = true;
        };
        return { ok: true, effect: { name: "door", from: at, until: at + DOOR_OPEN, bend } };
      }
      if (name !== "lockOut") return undefined;
      const until = typeof args.until === "number" ? args.until : at + HOUR;
      const bend = (values: Values) => {
        values.state = "outOfService";
      };
      return { ok: true, effect: { name: "lock-out", from: at, until, bend } };
    },
  };
}
