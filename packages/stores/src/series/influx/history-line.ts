import { createHash } from "node:crypto";
import type { HistoryEntry } from "../port.ts";
import { quoted } from "./line.ts";
import { lineName } from "./names.ts";
import type { FieldsLine } from "./summary-lines.ts";

/** The most that is written of a text nobody computes with. */
const MOST_TEXT = 4_096;

function valueText(value: string | number | boolean): string | undefined {
  if (typeof value === "string") return quoted(value.slice(0, MOST_TEXT).toWellFormed());
  if (typeof value === "number") return Number.isFinite(value) ? String(value) : undefined;
  // two devices that disagree about a type must not lose an event: everything but a number is text
  return `"${value}"`;
}

const NANOSECONDS_A_MS = 1_000_000;

/**
 * A database like this has one point for each series and moment: of what happens together, such as a refill of each slot,
 * the id decides which part of the millisecond it stands at.
 */
function momentOf({ id, at }: HistoryEntry): bigint {
  const part = createHash("sha256").update(id).digest().readUInt32BE() % NANOSECONDS_A_MS;
  return BigInt(at) * BigInt(NANOSECONDS_A_MS) + BigInt(part);
}

/** An event or transition as a line, its time in ns. Each name of its data stands for one type: numbers as they are, the rest with `:text`. */
export function historyLine(entry: HistoryEntry): FieldsLine {
  const { owner, measurement, type, state, data } = entry;
  const { deviceId, kind, community, compound, building } = owner;
  const tags = Object.entries({ building, community, compound, device: deviceId, kind, state: state ?? "", type });
  const prefix = tags.reduce<string>(
    (line, [key, value]) => (value === "" ? line : `${line},${key}=${lineName(value)}`),
    measurement,
  );
  const fields = Object.entries(data).flatMap(([name, value]) => {
    const text = valueText(value);
    const key = typeof value === "number" ? lineName(name) : `${lineName(name)}:text`;
    return text === undefined || name === "" ? [] : [`${key}=${text}`];
  });
  return { prefix, fields: ["happened=1", ...fields], at: momentOf(entry) };
}
