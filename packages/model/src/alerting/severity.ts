import { z } from "zod";
import { days, hours, minutes } from "../duration.ts";

/** In rising order. `informational` asks nobody to do anything: it stands in a list and in the morning's digest. */
export const SEVERITIES = ["informational", "low", "medium", "high", "critical"] as const;
export const severitySchema = z.enum(SEVERITIES).meta({ id: "Severity" });
export type Severity = z.infer<typeof severitySchema>;

/** Negative when `a` is less severe than `b`. */
export function compareSeverity(a: Severity, b: Severity): number {
  return SEVERITIES.indexOf(a) - SEVERITIES.indexOf(b);
}

/** How soon somebody answers for it, is there, and has mended it; ms. */
export interface Targets {
  readonly acknowledge: number;
  readonly arrive: number;
  readonly fix: number;
}

/** What a rule's targets are where it states none; `informational` has none. */
export const DEFAULT_TARGETS: Readonly<Record<Exclude<Severity, "informational">, Targets>> = {
  critical: { acknowledge: minutes(3), arrive: minutes(30), fix: hours(4) },
  high: { acknowledge: minutes(15), arrive: hours(4), fix: days(1) },
  medium: { acknowledge: hours(4), arrive: days(1), fix: days(3) },
  low: { acknowledge: days(1), arrive: days(7), fix: days(14) },
};
