import type { Alert, AlertCare, LedgerReason, MESSAGE_OCCASIONS, Outcome, Severity } from "@linli/model";

export type Occasion = (typeof MESSAGE_OCCASIONS)[number];

/** Somebody did something, then. */
export interface Mark {
  readonly by: string;
  readonly at: number;
}

/** A message that is on its way to somebody. */
export interface Queued {
  readonly key: string;
  readonly occasion: Occasion;
  readonly reason: LedgerReason;
  readonly about: string;
  /** Taken back; one that was being sent at that moment may still arrive. */
  withdrawn: boolean;
}

/** One address that was told of an alert, or will be. */
export interface Heard {
  /** Person, channel and address in one. */
  readonly key: string;
  readonly personId: string | null;
  readonly channelId: string;
  readonly address: unknown;
  /** A message that says that something is wrong was accepted, or may have been. */
  told: boolean;
  /** Was told, or is being told, that it is over. */
  toldOver: boolean;
  queued: Queued[];
}

/** How far one telling of an alert has come, from its first step on. Times: wall clock. */
export interface Chain {
  /** Why it began: the reason of its first step. */
  reason: LedgerReason;
  occasion: Occasion;
  /** Steps taken. */
  step: number;
  /** When the next step or reminder is due; null = nothing more comes. */
  dueAt: number | null;
  reminders: number;
  /** Whether a message of the last step arrived. */
  delivered: boolean;
}

/** Why nobody is told for now. */
export interface Held {
  readonly by: NonNullable<AlertCare["suppressed"]>["by"] | "waiting";
  readonly reason: LedgerReason;
  /** Id of the incident, silence or window. */
  readonly about: string;
  readonly since: number;
}

/** All that is followed about one alert. Plain JSON, changed in place. Times: wall clock, but for those of `alert`. */
export interface AlertCase {
  alert: Alert;
  acknowledged: Mark | null;
  arrived: Mark | null;
  assignee: string | null;
  snoozedUntil: number | null;
  knownUntil: number | null;
  outcome: Outcome | null;
  chain: Chain;
  held: Held | null;
  /** It began inside announced work that has not been left yet. */
  inMaintenance: boolean;
  heard: Heard[];
  /** Withheld lines that the ledger has: nothing is written twice. */
  noted: string[];
  /** What it may be told together with. */
  group: string;
  /** When it may be told with its group; null = it has not asked yet. */
  groupAt: number | null;
  /** An alert about silence waits so long for a common cause. */
  causeUntil: number | null;
  incidentId: string | null;
  /** Several of a kind failed together: the incident that counts them. */
  weighedIn: string | null;
  /** An incident made it more severe than its rule. */
  raised: { readonly to: Severity; readonly incidentId: string } | null;
  /** Told together with others of this name, once. */
  bundle: string | null;
  /** Times at which somebody was written to about it: makes keys. */
  rounds: number;
  /** What people were last told of its input, and when; absent = nothing. */
  saidOfInput?: { readonly stale: boolean; readonly at: number };
  /** It stands in digests and lists only. */
  quiet: { digested: boolean } | null;
  over: Over | null;
  lookAt: number | null;
}

/** It is cleared or ended. */
export interface Over {
  readonly occasion: "cleared" | "ended";
  readonly about: string;
  readonly at: number;
  /** `done`: told; kept until what is queued is settled. */
  phase: "due" | "done";
  doneAt: number | null;
  /** Whoever knows of it is told once this is over. */
  mutedBy: string | null;
}

export function newCase(alert: Alert, group: string): AlertCase {
  return {
    alert,
    acknowledged: null,
    arrived: null,
    assignee: null,
    snoozedUntil: null,
    knownUntil: null,
    outcome: null,
    chain: newChain("first", "opened", alert.openedAt),
    held: null,
    inMaintenance: false,
    heard: [],
    noted: [],
    group,
    groupAt: null,
    causeUntil: null,
    incidentId: null,
    weighedIn: null,
    raised: null,
    bundle: null,
    rounds: 0,
    quiet: null,
    over: null,
    lookAt: null,
  };
}

export function newChain(reason: LedgerReason, occasion: Occasion, dueAt: number): Chain {
  return { reason, occasion, step: 0, dueAt, reminders: 0, delivered: false };
}

/** Pages from the first step again. */
export function restart(one: AlertCase, reason: LedgerReason, occasion: Occasion, now: number): void {
  one.acknowledged = null;
  one.arrived = null;
  one.chain = newChain(reason, occasion, now);
}

/** As people are to understand it: an incident may make it worse. */
export function asTold({ alert, raised }: AlertCase): Alert {
  return raised === null ? alert : { ...alert, severity: raised.to };
}

/** Whether a person knows: rooms do not count. */
export function hasReachedPerson({ heard }: AlertCase): boolean {
  return heard.some(({ personId, told }) => personId !== null && told);
}

/** For whoever shows it. */
export function careOf(one: AlertCase): AlertCare {
  const { alert, acknowledged, arrived, held, chain, lookAt, over } = one;
  const suppressed = held === null || held.by === "waiting" ? null : { by: held.by, id: held.about, since: held.since };
  const what =
    acknowledged !== null ? "lapse" : held !== null ? "group" : chain.reminders > 0 ? "reminder" : "escalation";
  return {
    alertId: alert.id,
    acknowledgedAt: acknowledged?.at ?? null,
    acknowledgedBy: acknowledged?.by ?? null,
    arrivedAt: arrived?.at ?? null,
    arrivedBy: arrived?.by ?? null,
    assignee: one.assignee,
    snoozedUntil: one.snoozedUntil,
    knownUntil: one.knownUntil,
    outcome: one.outcome,
    suppressed: over === null ? suppressed : null,
    incidentId: one.incidentId,
    step: chain.step,
    next: over !== null || suppressed !== null || lookAt === null ? null : { at: lookAt, what },
  };
}
