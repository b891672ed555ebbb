import type { AlertCare, Incident, Message, NewLedgerEntry } from "@linli/model";

/** A message on its way to one address. */
export interface OutgoingMessage {
  readonly key: string;
  readonly subject: string;
  readonly channelId: string;
  readonly address: unknown;
  readonly message: Message;
  /** The alert whose ledger it is in first; others of the same message are in `message.alerts`. */
  readonly alertId: string;
  readonly personId: string | null;
  readonly queuedAt: number;
}

/** Something about the arrangements that kept somebody from being told: an alert of the platform itself. */
export interface DutyFinding {
  readonly code: "hole" | "nobody-reached";
  /** The alert whose telling met it. */
  readonly subject: string;
  readonly detail: string;
}

/** All that came of what was taken since the last time, to be stored in one transaction. */
export interface Decisions {
  /** What is followed, as JSON; null = it is done with. */
  readonly cases: readonly (readonly [key: string, state: string | null])[];
  readonly cares: readonly AlertCare[];
  readonly incidents: readonly Incident[];
  readonly ledger: readonly NewLedgerEntry[];
  readonly outbox: readonly OutgoingMessage[];
  /** Keys to take back if they still wait. */
  readonly withdrawn: readonly string[];
  readonly memory: string;
  readonly findings: readonly DutyFinding[];
}
