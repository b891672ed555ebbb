import { DAY, HOUR, MINUTE, round, type Values } from "../models/model.ts";
import { type FaultMoment, type FaultType, numberOf } from "./fault.ts";

const TEMPERATURE = "compartment.1.temperature";
/** Limits of the cold zone as they are labelled, Cel. */
const COLD_MAX = 8;
const COLD_MIN = 2;
/** No cold medicine may ever become warmer, Cel. */
const COLD_NEVER = 15;
const SPOILED_AFTER = 5 * MINUTE;
/** It freezes at that, and is lost when it has been frozen for so long. */
const FREEZING = -0.5;
const FROZEN_AFTER = HOUR;
/** The log of a day, and what the last of it takes to become cold again. */
const BLOCKED_FOR = DAY + HOUR;
/** Out of its zone for so long, the machine stops selling by itself. */
const HELD_AFTER = 10 * MINUTE;

/** Where the inside temperature drifts to, Cel, and its time constant, ms. */
interface Way {
  readonly target: number;
  readonly tau: number;
}

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
function excursion(values: Values, moment: FaultMoment, after: number): number {
  const above = Math.max(0, (Math.min(moment.elapsed, moment.lasts) - after) / MINUTE);
  // what is older than a day no longer counts
  const minutes = Math.min(above, Math.max(0, 1_440 - moment.over / MINUTE));
  values["compartment.1.minutesAbove8in24h"] = Math.round(minutes);
  values["compartment.1.mkt24h"] = round(numberOf(values, "compartment.1.mkt24h", 5) + (minutes / 1_440) * 9, 2);
  return minutes;
}

/** The machine stops selling by itself; what was blocked stays so until its log of a day is in order again. */
function stopSale(values: Values, isOut: boolean, isBlocked: boolean): void {
  if (isBlocked) values.saleState = "blocked";
  else if (isOut) values.saleState = "held";
}

/** Holds what is too warm, blocks what was far too warm or too warm for too long. */
function holdWarm(values: Values, moment: FaultMoment, way: Way): void {
  const { elapsed, frozen, lasts } = moment;
  const after = passes(frozen, COLD_MAX, way.target, way.tau);
  const minutes = excursion(values, moment, after);
  const isWarm = numberOf(values, TEMPERATURE, 5) > COLD_MAX && elapsed - after > HELD_AFTER;
  const spoiled = Math.min(elapsed, lasts) - passes(frozen, COLD_NEVER, way.target, way.tau) > SPOILED_AFTER;
  stopSale(values, isWarm, spoiled || minutes > 600);
}

const WARM: Way = { target: 24, tau: 150 * MINUTE };
const AJAR: Way = { target: 19, tau: 45 * MINUTE };
const ICE: Way = { target: -4, tau: 70 * MINUTE };

function startOfExcursion(from: number, frozen: Readonly<Values>, way: Way) {
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
    fades: BLOCKED_FOR,
    bend(values, moment) {
      drift(values, moment, WARM.target, WARM.tau);
      holdWarm(values, moment, WARM);
      if (moment.isOver) return;
      values.compressorOn = false;
      values.compressorDuty = 0;
      values.evaporatorTemperature = round(numberOf(values, TEMPERATURE, 5), 1);
      values.errorCodes = [8];
    },
    events: (from, frozen) => startOfExcursion(from, frozen, WARM),
  },
  /** The compressor fails, and so does what should stop the sale. */
  saleNotHeld: {
    lasts: 2 * HOUR,
    fades: BLOCKED_FOR,
    bend(values, moment) {
      drift(values, moment, WARM.target, WARM.tau);
      holdWarm(values, moment, WARM);
      if (moment.isOver) return;
      values.saleState = "open";
      values.compressorOn = false;
      values.compressorDuty = 0;
    },
  },
  /** One of the two probes drifts away from the truth. */
  probeDrift: {
    lasts: 3 * HOUR,
    bend(values, { elapsed, isOver }) {
      if (isOver) return;
      const error = 4 * (1 - Math.exp(-elapsed / (20 * MINUTE)));
      values["compartment.1.temperature2"] = round(numberOf(values, "compartment.1.temperature2", 5) + error, 1);
      values.errorCodes = [8];
      values.saleState = "held";
    },
  },
  powerCut: {
    lasts: 25 * MINUTE,
    bend(values, { isOver }) {
      if (isOver) return;
      values.mainsLost = true;
      values.batteryBackup = true;
      values.compressorOn = false;
      values.errorCodes = [2];
    },
  },
  /** The provider of payments by code cannot be reached. */
  paymentDown: {
    lasts: HOUR,
    bend(values, { isOver }) {
      if (!isOver) values["payment.qr.status"] = "offline";
    },
  },
  /** A stuck thermostat: insulin and vaccines do not survive it. */
  freeze: {
    lasts: 4 * HOUR,
    fades: BLOCKED_FOR,
    bend(values, moment) {
      const inside = drift(values, moment, ICE.target, ICE.tau);
      const { elapsed, frozen, lasts } = moment;
      const isCold = inside < COLD_MIN && elapsed - passes(frozen, COLD_MIN, ICE.target, ICE.tau) > HELD_AFTER;
      const iced = Math.min(elapsed, lasts) - passes(frozen, FREEZING, ICE.target, ICE.tau);
      stopSale(values, isCold, iced > FROZEN_AFTER);
      if (moment.isOver) return;
      values.compressorOn = true;
      values.compressorDuty = 100;
      values.defrostActive = false;
      values.evaporatorTemperature = -16;
    },
  },
  doorLeftOpen: {
    lasts: 90 * MINUTE,
    fades: BLOCKED_FOR,
    bend(values, moment) {
      drift(values, moment, AJAR.target, AJAR.tau);
      holdWarm(values, moment, AJAR);
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
