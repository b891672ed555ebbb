import type { DeviceState } from "@linli/model";
import type { Position } from "../journal/port.ts";

/**
 * Something watch decided, in order; the key makes a replay harmless. The data of `alert` and `shadow` is an
 * `AlertEffect`: what changed, the alert as it is after it, why.
 */
export interface Transition {
  /** The same after every replay, such as `connection:{deviceId}:{at}`. */
  readonly key: string;
  readonly type: "connection" | "alert" | "shadow";
  readonly deviceId: string;
  readonly at: number;
  readonly data: Readonly<Record<string, unknown>>;
}

/** What one rule remembers of one device, as JSON of the engine's own; null = nothing any more. */
export interface RuleMemory {
  readonly deviceId: string;
  readonly ruleId: string;
  readonly state: string | null;
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
  /** Those of alerts bring the alerts' rows up to date too; `shadow` ones go nowhere else. */
  readonly transitions: readonly Transition[];
  readonly rules: readonly RuleMemory[];
}

export interface WatchStore {
  load(): Promise<{
    readonly checkpoint: WatchCheckpoint | undefined;
    readonly states: readonly DeviceState[];
    readonly rules: readonly RuleMemory[];
  }>;
  /** Where watch stands, without the states: what the journal may be trimmed by. */
  checkpoint(): Promise<WatchCheckpoint | undefined>;
  /** One transaction; `conflict` when `epoch` is no longer the lease's: somebody else is watch now. */
  commit(commit: WatchCommit, epoch: number): Promise<void>;
  states(deviceIds?: readonly string[]): Promise<readonly DeviceState[]>;
  /** Newest first; of one type, or of all that are kept (those of `shadow` never are). */
  transitions(deviceId: string, limit: number, type?: Transition["type"]): Promise<readonly Transition[]>;
  /** Forgets connections' transitions from before; what is true stays in the state. Alerts keep theirs: `AlertStore.trim`. */
  trimTransitions(before: number): Promise<void>;
}
