import { LinliError } from "@linli/model";
import { type Position, START } from "./port.ts";

/** A place in the segment files. */
export interface Place {
  readonly segment: number;
  readonly offset: number;
}

const SHAPE = /^(\d{10})-(\d{12})$/;

/** Fixed width, so that the order of the texts is the order of the places. */
export function positionOf(segment: number, offset: number): Position {
  return positionIn(segmentPrefix(segment), offset);
}

/** What all positions in a segment begin with: made once per segment where positions are made per record. */
export function segmentPrefix(segment: number): string {
  return `${String(segment).padStart(10, "0")}-`;
}

export function positionIn(prefix: string, offset: number): Position {
  return prefix + String(offset).padStart(12, "0");
}

/** The place a position names; `START` is before the first. Throws LinliError `invalid` for any other text. */
export function placeOf(position: Position): Place {
  if (position === START) return { segment: 0, offset: 0 };
  const [, segment, offset] = SHAPE.exec(position) ?? [];
  if (segment === undefined || offset === undefined) {
    throw new LinliError("invalid", `not a position of the journal: "${position}"`);
  }
  return { segment: Number(segment), offset: Number(offset) };
}

/** Negative when `a` is before `b`, 0 when they are the same place. */
export function comparePositions(a: Position, b: Position): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
