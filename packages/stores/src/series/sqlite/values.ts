import type { PointValue } from "@linli/model";
import { BOOLEAN, FAULTY } from "./layout.ts";

/** A value as SQLite keeps it: numbers and texts as they are, booleans as 0 and 1 with a flag. */
export type StoredValue = number | string;

export function storedValue(value: PointValue): StoredValue {
  return typeof value === "boolean" ? Number(value) : value;
}

export function flagsOf(value: PointValue, faulty: boolean | undefined): number {
  return (typeof value === "boolean" ? BOOLEAN : 0) + (faulty ? FAULTY : 0);
}

export function valueOf(stored: StoredValue, flags: number): PointValue {
  return flags & BOOLEAN ? stored !== 0 : stored;
}
