import { HOUR } from "../aggregate-query.ts";
import type { LateHour } from "./late-marks.ts";
import type { Stretch } from "./queries.ts";

/** Hours this near are rolled up in one go, with what lies between. */
const NEAR_MS = 6 * HOUR;
const LONGEST_MS = 24 * HOUR;

/** Late hours that are rolled up again together. */
export interface LatePart {
  readonly kind: string;
  readonly devices: readonly string[];
  readonly stretch: Stretch;
  readonly marks: readonly LateHour[];
}

/** Late hours of one kind, the devices of an hour together, and hours of the same devices that are near one another. */
export function lateParts(marks: readonly LateHour[]): LatePart[] {
  const byHour = Map.groupBy(marks, ({ hour, device }) => JSON.stringify([device?.kind ?? "", hour]));
  const parts: { kind: string; devices: string[]; stretch: { from: number; to: number }; marks: LateHour[] }[] = [];
  const newest = new Map<string, (typeof parts)[number]>();
  for (const together of byHour.values()) {
    const [{ hour, device } = { hour: 0, device: undefined }] = together;
    const devices = together.flatMap((mark) => mark.device?.deviceId ?? []).toSorted();
    const key = JSON.stringify([device?.kind, devices]);
    const last = newest.get(key);
    if (last && hour - last.stretch.to <= NEAR_MS && hour + HOUR - last.stretch.from <= LONGEST_MS) {
      last.stretch.to = hour + HOUR;
      last.marks.push(...together);
    } else {
      const part = {
        kind: device?.kind ?? "",
        devices,
        stretch: { from: hour, to: hour + HOUR },
        marks: [...together],
      };
      parts.push(part);
      newest.set(key, part);
    }
  }
  return parts;
}
