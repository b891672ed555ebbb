import { HOUR, MINUTE } from "../models/model.ts";
import type { FaultType } from "./fault.ts";

const FLAP_EVERY = 3 * MINUTE;
/** Longer than a broken session may be away before it counts as offline. */
const FLAP_AWAY = 80_000;

export const gatewayFaults: Readonly<Record<string, FaultType>> = {
  /** The line is cut; it remembers and tells afterwards. */
  offline: {
    lasts: 20 * MINUTE,
    silences: (lasts) => [{ after: 0, lasts, how: "cut" }],
  },
  mainsLost: {
    lasts: 30 * MINUTE,
    fades: HOUR,
    bend(values, { elapsed, over, lasts, isOver }) {
      const spent = Math.min(elapsed, lasts) / HOUR;
      values.batteryLevel = Math.round(100 - Math.min(95, 100 * spent) * Math.exp(-over / (25 * MINUTE)));
      if (isOver) return;
      values.mainsLost = true;
      values.errorCodes = [2];
    },
  },
  flapping: {
    lasts: 20 * MINUTE,
    silences: (lasts) =>
      Array.from({ length: Math.floor(lasts / FLAP_EVERY) }, (_, turn) => ({
        after: turn * FLAP_EVERY,
        lasts: FLAP_AWAY,
        how: "cut",
      })),
  },
};
