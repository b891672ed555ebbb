import type { Outgoing } from "./agent.ts";
import type { Values } from "./models/model.ts";
import type { Noise } from "./world/noise.ts";

/** How untidy a fleet is. Shares are 0–1. */
export interface HabitRates {
  /** Messages that are sent twice. */
  readonly duplicates: number;
  /** Messages that are overtaken by the next ones. */
  readonly reordered: number;
  /** Hours in which a device loses its link for a minute or two and tells the rest afterwards. */
  readonly gaps: number;
  /** Devices whose clock is wrong by up to some seconds. */
  readonly wrongClocks: number;
  /** Devices that send their numbers as text. */
  readonly textNumbers: number;
  /** Devices without a clock: their readings have no time. */
  readonly noClocks: number;
  /** Hours in which a session breaks and is opened again. */
  readonly reconnects: number;
}

/** What a well-kept neighbourhood still does. */
export const GENTLE: HabitRates = {
  duplicates: 0.004,
  reordered: 0.003,
  gaps: 0.004,
  wrongClocks: 0.15,
  textNumbers: 0.03,
  noClocks: 0.04,
  reconnects: 0.01,
};

export const NONE: HabitRates = {
  duplicates: 0,
  reordered: 0,
  gaps: 0,
  wrongClocks: 0,
  textNumbers: 0,
  noClocks: 0,
  reconnects: 0,
};

const HOUR = 3_600_000;
const MINUTE = 60_000;
const MAX_CLOCK_ERROR = 8_000;

/** The habits of one device: the same seed gives the same faults of manners. */
export interface Habits {
  /** The object to send for a message. */
  shape(message: Outgoing): Record<string, unknown>;
  /** Delays in ms at which copies of the message leave: usually one, at once. */
  departures(message: Outgoing): readonly number[];
  /** The gap that covers a moment: until then messages wait, and go as back-fill. */
  gap(at: number): number | undefined;
  /** The moment within the hour after `at` at which its session breaks. */
  breaksAt(at: number): number | undefined;
}

const isQuantity = (value: unknown) => typeof value === "number" && Math.abs(value) < 1e11;

function asText(values: unknown): unknown {
  if (typeof values !== "object" || values === null) return values;
  return Object.fromEntries(
    // moments stay numbers: as text they would have to be ISO 8601
    Object.entries(values as Values).map(([name, value]) => [name, isQuantity(value) ? String(value) : value]),
  );
}

export function createHabits(noise: Noise, rates: HabitRates): Habits {
  const hasNoClock = noise.unit(1) < rates.noClocks;
  const clockError = noise.unit(2) < rates.wrongClocks ? Math.round((noise.unit(3) * 2 - 1) * MAX_CLOCK_ERROR) : 0;
  const sendsText = noise.unit(4) < rates.textNumbers;

  return {
    shape({ at, channel, body }) {
      const shaped: Record<string, unknown> = { ...body };
      if (sendsText && channel === "telemetry") shaped.values = asText(body.values);
      return hasNoClock && channel === "telemetry" ? shaped : { ts: Math.round(at + clockError), ...shaped };
    },
    departures({ at, channel }) {
      const index = Math.floor(at);
      const late =
        channel === "telemetry" && noise.unit(index, 5) < rates.reordered ? 3_000 + 4_000 * noise.unit(index, 6) : 0;
      return noise.unit(index, 7) < rates.duplicates ? [late, late + 1_500] : [late];
    },
    gap(at) {
      const hour = Math.floor(at / HOUR);
      if (noise.unit(hour, 8) >= rates.gaps) return undefined;
      const start = hour * HOUR + noise.unit(hour, 9) * (HOUR - 3 * MINUTE);
      const end = start + MINUTE + noise.unit(hour, 10) * MINUTE;
      return at >= start && at < end ? Math.ceil(end) : undefined;
    },
    breaksAt(at) {
      const hour = Math.floor(at / HOUR);
      if (noise.unit(hour, 11) >= rates.reconnects) return undefined;
      const moment = hour * HOUR + noise.unit(hour, 12) * HOUR;
      return moment > at ? Math.ceil(moment) : undefined;
    },
  };
}
