import { z } from "zod";

/** Milliseconds, as an integer. */
export type Duration = number;

const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const PATTERN = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/;

/** Parses `"500ms"`, `"90s"`, `"5m"`, `"24h"`, `"7d"` to milliseconds; `undefined` when it is none of these. */
export function parseDuration(text: string): Duration | undefined {
  const match = PATTERN.exec(text.trim());
  if (!match) return undefined;
  return Math.round(Number(match[1]) * UNITS[match[2] as keyof typeof UNITS]);
}

/** Formats milliseconds as the largest unit that divides them: `90_000` → `"90s"`. */
export function formatDuration(ms: Duration): string {
  for (const unit of ["d", "h", "m", "s"] as const) {
    if (ms !== 0 && ms % UNITS[unit] === 0) return `${ms / UNITS[unit]}${unit}`;
  }
  return `${ms}ms`;
}

/** A duration written as text in settings and files; milliseconds in code. */
export const durationSchema = z.string().transform((text, context) => {
  const ms = parseDuration(text);
  if (ms !== undefined) return ms;
  context.addIssue({ code: "custom", message: "not a duration: write a number and ms, s, m, h or d, such as 90s" });
  return z.NEVER;
});

export const seconds = (n: number): Duration => n * UNITS.s;
export const minutes = (n: number): Duration => n * UNITS.m;
export const hours = (n: number): Duration => n * UNITS.h;
export const days = (n: number): Duration => n * UNITS.d;
