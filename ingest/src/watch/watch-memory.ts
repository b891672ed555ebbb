import type { Gap } from "./blindness.ts";
import type { OpenDrill } from "./drills.ts";
import type { WatchedDevice } from "./watched-device.ts";

/** What watch remembers beside the states and the position, as stored in its checkpoint. */
export interface WatchMemory {
  readonly blindness: { readonly gaps: readonly Gap[]; readonly epochAt: number };
  /** Open sessions by device. */
  readonly sessions: Readonly<Record<string, readonly string[]>>;
  /** Devices whose last session broke, and when. */
  readonly lost: Readonly<Record<string, number>>;
  /** The text of the interpreter's DeviceMemory. */
  readonly interpret: string;
  /** The name of the rule book in force; absent of a checkpoint from before there were rules. */
  readonly rules?: string;
  /** Exercises under way; absent of a checkpoint from before there were any. */
  readonly drills?: readonly OpenDrill[];
}

export const EMPTY_MEMORY: WatchMemory = {
  blindness: { gaps: [], epochAt: 0 },
  sessions: {},
  lost: {},
  interpret: "",
};

export function saveMemory(
  devices: Iterable<WatchedDevice>,
  rest: Pick<WatchMemory, "blindness" | "interpret" | "rules" | "drills">,
): string {
  const sessions: Record<string, readonly string[]> = {};
  const lost: Record<string, number> = {};
  for (const { device, sessions: open, lostAt } of devices) {
    if (open.size > 0) sessions[device.id] = [...open];
    if (lostAt !== undefined) lost[device.id] = lostAt;
  }
  return JSON.stringify({ ...rest, sessions, lost } satisfies WatchMemory);
}
