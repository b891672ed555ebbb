import type { DeviceState } from "@linli/model";
import type { Position } from "../journal/port.ts";

/** Something watch decided, in order; the key makes a replay harmless. Alerts will be further types of it. */
export interface Transition {
  /** The same after every replay, such as `connection:{deviceId}:{at}`. */
  readonly key: string;
  readonly type: "connection";
  readonly deviceId: string;
  readonly at: number;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Everything watch needs to go on exactly where it was. `memory` is watch's own (sessions, timers, epoch), JSON. */
export interface WatchCheckpoint {
  readonly position: Position;
  readonly sequence: number;
  /** The journal's time at that position. */
  readonly time: number;
  readonly memory: string;
}

export interface WatchCommit {
  readonly checkpoint: WatchCheckpoint;
  readonly states: readonly DeviceState[];
  readonly transitions: readonly Transition[];
}

export interface WatchStore {
  load(): Promise<{ readonly checkpoint: WatchCheckpoint | undefined; readonly states: readonly DeviceState[] }>;
  /** Where watch stands, without the states: what the journal may be trimmed by. */
  checkpoint(): Promise<WatchCheckpoint | undefined>;
  /** One transaction; `conflict` when `epoch` is no longer the lease's: somebody else is watch now. */
  commit(commit: WatchCommit, epoch: number): Promise<void>;
  states(deviceIds?: readonly string[]): Promise<readonly DeviceState[]>;
  /** Newest first. */
  transitions(deviceId: string, limit: number): Promise<readonly Transition[]>;
  /** Forgets the transitions from before; what is true of a device stays in its state. */
  trimTransitions(before: number): Promise<void>;
}
