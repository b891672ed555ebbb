import type { AlertCare, Incident, Message, NewLedgerEntry } from "@linli/model";
import type { HistoryPosition } from "./history.ts";

/** A message on its way to one address. */
export interface OutboxMessage {
  /** The message's own: also the order within a subject, with `seq`. */
  readonly key: string;
  readonly subject: string;
  readonly channelId: string;
  readonly address: unknown;
  readonly message: Message;
  /** The ledger's line for it, settled when it is. */
  readonly alertId: string;
  readonly personId: string | null;
  readonly queuedAt: number;
}

/** As it stands: tried so often, due then. */
export interface QueuedMessage extends OutboxMessage {
  readonly seq: number;
  readonly attempts: number;
  readonly dueAt: number;
  readonly lastError: string | null;
}

/** Where notify stands. `memory` is the pipeline's own beside the cases; JSON. */
export interface NotifyCheckpoint {
  readonly history: HistoryPosition;
  /** Last action taken. */
  readonly action: number;
  /** Last delivery taken. */
  readonly delivery: number;
  readonly memory: string;
}

/** One thing that the pipeline follows (an alert, an incident), as JSON of its own; null = it is done with. */
export type CaseChange = readonly [key: string, state: string | null];

/** What became of a message, for the pipeline to take: told or failed. */
export interface Settled {
  readonly seq: number;
  readonly key: string;
  readonly alertId: string;
  readonly personId: string | null;
  readonly channelId: string;
  readonly told: boolean;
  readonly detail: string;
  readonly at: number;
}

export interface NotifyCommit {
  /** When it was decided; epoch ms. */
  readonly at: number;
  readonly checkpoint: NotifyCheckpoint;
  readonly cases: readonly CaseChange[];
  readonly cares: readonly AlertCare[];
  readonly incidents: readonly Incident[];
  readonly ledger: readonly NewLedgerEntry[];
  /** A key that is there already, or was settled, is ignored: a repeat of a commit queues nothing twice. */
  readonly outbox: readonly OutboxMessage[];
  /** Keys to take back if they still wait; one that is being sent stays, and its line in `ledger` is left out. */
  readonly withdrawn: readonly string[];
}

/** What notify alone writes; one owner by lease `notify`. Changes are told under `alert` and `incident`. */
export interface NotifyStore {
  load(): Promise<{
    readonly checkpoint: NotifyCheckpoint | undefined;
    readonly cases: readonly (readonly [string, string])[];
  }>;
  /** One transaction; `conflict` when `epoch` is no longer the lease's. */
  commit(commit: NotifyCommit, epoch: number): Promise<void>;
  /**
   * The first waiting one of each subject, channel and address that is due, critical ones first, then the oldest; at most
   * `limit` of each channel, so that one that is slow or full holds up no other.
   */
  due(now: number, limit: number): Promise<readonly QueuedMessage[]>;
  /** The moment at which something becomes due next. */
  nextDue(): Promise<number | undefined>;
  /** They are being sent now: from here on, until postponed, they are not taken back. Holds over a restart. */
  sending(keys: readonly string[], epoch: number): Promise<void>;
  /** Tried in vain: again at `dueAt`. `not-found`. */
  postpone(key: string, dueAt: number, error: string, epoch: number): Promise<void>;
  /** It is over: leaves the outbox, stands in the ledger, and is told to the pipeline. Nothing when it was over already. */
  settle(
    key: string,
    result: { readonly told: boolean; readonly detail: string; readonly at: number },
    epoch: number,
  ): Promise<void>;
  /** Oldest first. */
  settledAfter(seq: number, limit: number): Promise<readonly Settled[]>;
  /** How many wait, by channel, and since when the oldest does. */
  waiting(): Promise<
    readonly {
      readonly channelId: string;
      readonly messages: number;
      readonly oldest: number;
      readonly lastError: string | null;
    }[]
  >;
}
