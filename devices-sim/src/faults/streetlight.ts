import { HOUR, type Values } from "../models/model.ts";
import { light } from "../models/streetlight.ts";
import { type FaultType, numberOf } from "./fault.ts";

const isWanted = (values: Values) => numberOf(values, "commandInAction", 0) > 0;

export const streetlightFaults: Readonly<Record<string, FaultType>> = {
  /** Dark although it should burn; by day nobody can tell. */
  lampFailure: {
    lasts: 24 * HOUR,
    bend(values, { isOver }) {
      if (isOver || !isWanted(values)) return;
      light(values, 0, numberOf(values, "nominalPower", 60));
      values.powerState = "off";
      values.lampFailure = true;
      values.lampFailureReason = "open circuit";
      values.lowPower = true;
      values.status = "defectiveLamp";
    },
  },
  /** Water in the pole: it can kill whoever touches it. */
  leakage: {
    lasts: 6 * HOUR,
    bend(values, { elapsed, isOver }) {
      if (isOver) return;
      values.leakageCurrent = Math.round(38 + 50 * (1 - Math.exp(-elapsed / HOUR)));
      values.status = "columnIssue";
    },
  },
  /** A welded relay: burns all day. */
  dayBurner: {
    lasts: 24 * HOUR,
    bend(values, { isOver }) {
      if (isOver || isWanted(values)) return;
      light(values, 100, numberOf(values, "nominalPower", 60));
      values.dayBurner = true;
      values.relayFailure = true;
    },
  },
};
