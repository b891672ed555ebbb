import { LinliError, type Problem, parseDuration } from "@linli/model";
import { parse } from "yaml";
import { z } from "zod";
import { FAULTS } from "./index.ts";

/** A fault to come: `after` the start or `at` a moment, at one device. */
export interface FaultEntry {
  readonly device: string;
  readonly fault: string;
  /** ms after the start of the simulation. */
  readonly after?: number;
  /** Epoch ms. */
  readonly at?: number;
  /** ms; absent = as long as such a fault usually lasts. */
  readonly lasts?: number;
}

const entrySchema = z.strictObject({
  at: z.string(),
  device: z.string(),
  fault: z.string(),
  for: z.string().optional(),
});

/** `entrapment@+2m:lift-1` or, with its length, `entrapment@+2m/10m:lift-1`. */
const SHORT = /^([A-Za-z0-9]+)@([^:/]+|\d{4}-\d\d-\d\dT[^/]+?)(?:\/([^:]+))?:([A-Za-z0-9_.-]+)$/;

function timeOf(text: string): Pick<FaultEntry, "after" | "at"> | undefined {
  const after = parseDuration(text.replace(/^\+/, ""));
  if (after !== undefined) return { after };
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : { at };
}

function entryOf(input: z.infer<typeof entrySchema>, field: string, problems: Problem[]): FaultEntry[] {
  const time = timeOf(input.at);
  const lasts = input.for === undefined ? undefined : parseDuration(input.for);
  if (!time) {
    problems.push({
      field: `${field}.at`,
      value: input.at,
      message: "write +2m, or a moment such as 2026-06-01T08:00:00+08:00",
    });
  }
  if (input.for !== undefined && lasts === undefined) {
    problems.push({ field: `${field}.for`, value: input.for, message: "write a duration such as 10m" });
  }
  if (!time) return [];
  return [{ device: input.device, fault: input.fault, ...time, ...(lasts !== undefined && { lasts }) }];
}

/** `[{at, device, fault, for}]`, or `{"at +2m": {device, fault, for}}`. */
function listOf(input: unknown): unknown[] {
  if (Array.isArray(input)) return input;
  if (typeof input !== "object" || input === null) return [input];
  return Object.entries(input).map(([key, value]: [string, unknown]) => ({
    ...(typeof value === "object" ? value : {}),
    at: key.replace(/^at\s+/, ""),
  }));
}

/** Reads a time line of faults from YAML text. Fails with `invalid` listing all problems. */
export function parseTimeline(text: string): FaultEntry[] {
  const problems: Problem[] = [];
  const entries = listOf(parse(text)).flatMap((item, index) => {
    const parsed = entrySchema.safeParse(item);
    if (parsed.success) return entryOf(parsed.data, `faults.${index}`, problems);
    for (const { path, message } of parsed.error.issues) {
      problems.push({ field: ["faults", index, ...path.map(String)].join("."), message });
    }
    return [];
  });
  if (problems.length > 0) throw new LinliError("invalid", "the faults cannot be used", { problems });
  return entries;
}

/** Reads the short form of the command line. */
export function parseShort(text: string): FaultEntry {
  const match = SHORT.exec(text);
  const problems: Problem[] = [];
  const [, fault = "", at = "", length, device = ""] = match ?? [];
  const entry =
    match && entryOf({ fault, at, device, ...(length !== undefined && { for: length }) }, "faults", problems)[0];
  if (!entry || problems.length > 0) {
    const message = `not a fault: ${text}; write name@+2m:device or name@+2m/10m:device`;
    throw new LinliError("invalid", message, { problems });
  }
  return entry;
}

/** Checks that each device is there and can have its fault. Fails with `invalid` listing all problems. */
export function checkFaults(entries: readonly FaultEntry[], kindOf: (device: string) => string | undefined): void {
  const problems = entries.flatMap(({ device, fault }, index): Problem[] => {
    const kind = kindOf(device);
    if (kind === undefined)
      return [{ field: `faults.${index}.device`, value: device, message: "no such device in the fleet" }];
    const known = Object.keys(FAULTS.get(kind) ?? {});
    if (known.includes(fault)) return [];
    return [
      { field: `faults.${index}.fault`, value: fault, message: `a device of kind ${kind} knows: ${known.join(", ")}` },
    ];
  });
  if (problems.length > 0) throw new LinliError("invalid", "the faults cannot be used", { problems });
}
