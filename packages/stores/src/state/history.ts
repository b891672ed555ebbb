import type { DeviceEvent } from "@linli/model";
import type { Transition } from "./watch.ts";

/** How far a follower of the history is: the numbers of the last event and the last transition it has. */
export interface HistoryPosition {
  readonly event: number;
  readonly transition: number;
}

export const HISTORY_START: HistoryPosition = { event: 0, transition: 0 };

/** A piece of history, in the order in which it was committed. */
export interface HistoryPart {
  readonly events: readonly DeviceEvent[];
  readonly transitions: readonly Transition[];
  /** Where to go on; equals the argument when there was nothing. */
  readonly next: HistoryPosition;
}

/**
 * What happened and what was decided, for those who take it elsewhere. Each follower keeps its own place here, once what
 * lies before it is safe: at least once, nothing is skipped but what was forgotten before it came by.
 */
export interface HistoryStore {
  /** The start for one who was never here. */
  position(follower: string): Promise<HistoryPosition>;
  /** Behind all that was committed until now: for one who begins with what stands, not with what led to it. */
  end(): Promise<HistoryPosition>;
  /** At most `limit` events and as many transitions. */
  after(position: HistoryPosition, limit: number): Promise<HistoryPart>;
  moveTo(follower: string, position: HistoryPosition): Promise<void>;
}
