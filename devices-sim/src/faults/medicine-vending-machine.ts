import { DAY, HOUR, MINUTE, round, type Values } from "../models/model.ts";
import { type FaultMoment, type FaultType, numberOf } from "./fault.ts";

const TEMPERATURE = "compartment.1.temperature";
/** Limits of the cold zone as they are labelled, Cel. */
const COLD_MAX = 8;
/** Out of its zone for so long, the machine stops selling by itself. */
const HELD_AFTER = 10 * MINUTE;

/** Inside temperature drifting towards `target` with time constant `tau`, and back after the fault. */
function drift(values: Values, moment: FaultMoment, target: number, tau: number): number {
  const start = numberOf(moment.frozen, TEMPERATURE, 5);
  const during = (ms: number) => target + (start - target) * Math.exp(-ms / tau);
  const normal = numberOf(values, TEMPERATURE, 5);
  const worst = during(Math.min(moment.elapsed, moment.lasts));
  const now = moment.over > 0 ? normal + (worst - normal) * Math.exp(-moment.over / (35 * MINUTE)) : worst;
  values[TEMPERATURE] = round(now, 1);
  values["compartment.1.temperature2"] = round(now + 0.3, 1);
  return now;
}

/** ms after the begin when the drift passes `limit`. */
function passes(frozen: Readonly<Values>, limit: number, target: number, tau: number): number {
  const start = numberOf(frozen, TEMPERATURE, 5);
  const share = (limit - target) / (start - target);
  return share >= 1 ? 0 : share <= 0 ? Infinity : -tau * Math.log(share);
}

/** Time above the limit during and after, as the machine's own log has it. */
function excursion(values: Values, moment: FaultMoment, after: number): void {
  const above = Math.max(0, (Math.min(moment.elapsed, moment.lasts) - after) / MINUTE);
  // what is older than a day no longer counts
  const minutes = Math.min(above, Math.max(0, 1_440 - moment.over / MINUTE));
  values["compartment.1.minutesAbove8in24h"] = Math.round(minutes);
  values["compartment.1.mkt24h"] = round(numberOf(values, "compartment.1.mkt24h", 5) + (minutes / 1_440) * 9, 2);
  if (moment.elapsed - after > HELD_AFTER && !moment.isOver) values.saleState = minutes > 600 ? "blocked" : "held";
}

const WARM = { target: 24, tau: 150 * MINUTE } as const;
const AJAR = { target: 19, tau: 45 * MINUTE } as const;
const ICE = { target: -4, tau: 70 * MINUTE } as const;

function startOfExcursion(from: number, frozen: Readonly<Values>, way: { target: number; tau: number }) {
  const after = passes(frozen, COLD_MAX, way.target, way.tau);
  const data = { compartment: "1", temperature: COLD_MAX + 0.1 };
  return [
    { at: Math.round(from + after), type: "temperatureExcursionStart", data },
    { at: Math.round(from + after + HELD_AFTER), type: "saleBlocked", data: { reason: "temperature" } },
  ];
}

/** While a coil is jammed somebody tries it so often. */
const JAM_EVERY = 30 * MINUTE;
const JAMMED_SLOT = "A1";

export const medicineVendingMachineFaults: Readonly<Record<string, FaultType>> = {
  /** The compressor no longer starts: room temperature within hours. */
  fridgeFailure: {
    lasts: 4 * HOUR,
    fades: DAY,
    bend(values, moment) {
      drift(values, moment, WARM.target, WARM.tau);
      excursion(values, moment, passes(moment.frozen, COLD_MAX, WARM.target, WARM.tau));
      if (moment.isOver) return;
      values.compressorOn = false;
      values.compressorDuty = 0;
      values.evaporatorTemperature = round(numberOf(values, TEMPERATURE, 5), 1);
      values.errorCodes = [8];
    },
    events: (from, frozen) => startOfExcursion(from, frozen, WARM),
  },
  /** A stuck thermostat: insulin and vaccines do not survive it. */
  freeze: {
    lasts: 4 * HOUR,
    fades: 3 * HOUR,
    bend(values, moment) {
      drift(values, moment, ICE.target, ICE.tau);
      if (moment.isOver) return;
      values.compressorOn = true;
      values.compressorDuty = 100;
      values.defrostActive = false;
      values.evaporatorTemperature = -16;
    },
  },
  doorLeftOpen: {
    lasts: 90 * MINUTE,
    fades: DAY,
    bend(values, moment) {
      drift(values, moment, AJAR.target, AJAR.tau);
      excursion(values, moment, passes(moment.frozen, COLD_MAX, AJAR.target, AJAR.tau));
      if (moment.isOver) return;
      values.doorOpen = true;
      values.doorOpenDuration = Math.floor(moment.elapsed / MINUTE) * 60;
      values.compressorOn = true;
      values.compressorDuty = 100;
    },
    events: (from, frozen) => [
      { at: from, type: "doorOpenedWithoutAuthorisation" },
      ...startOfExcursion(from, frozen, AJAR),
    ],
  },
  /** Nothing falls, the money goes back. */
  coilJam: {
    lasts: 8 * HOUR,
    // what was counted stays counted; by then the machine has been serviced
    fades: 60 * DAY,
    bend(values, { elapsed, lasts }) {
      const jams = Math.floor(Math.min(elapsed, lasts) / JAM_EVERY);
      values.failedVendCount = numberOf(values, "failedVendCount", 0) + jams;
      values.refundCount = numberOf(values, "refundCount", 0) + jams;
    },
    events: (from) =>
      Array.from({ length: (8 * HOUR) / JAM_EVERY }, (_, n) => ({
        at: from + (n + 1) * JAM_EVERY,
        type: "vendFailed",
        data: { slot: JAMMED_SLOT, reason: "motorJam" },
      })),
  },
};
