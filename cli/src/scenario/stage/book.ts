import type { AlertEffect } from "@linli/alerting";
import type { Incident, LedgerEntry } from "@linli/model";
import { HISTORY_START, type HistoryPosition, type Page, type StateStore, type Transition } from "@linli/stores";
import type { Carried } from "../../virtual/carried.ts";

export type { Carried };

/** Something decided about an alert. */
export interface Decided {
  readonly at: number;
  readonly shadow: boolean;
  readonly effect: AlertEffect;
}

/** A change of a device's connection. */
export interface Reached {
  readonly at: number;
  readonly deviceId: string;
  readonly to: string;
}

/** All that happened in a scenario, as the stores have it: what expectations are held against. */
export interface Book {
  readonly start: number;
  readonly decided: readonly Decided[];
  readonly connections: readonly Reached[];
  /** Oldest first. */
  readonly ledger: readonly LedgerEntry[];
  readonly incidents: readonly Incident[];
  readonly carried: readonly Carried[];
}

const AT_ONCE = 1_000;

async function transitions(state: StateStore, from: HistoryPosition): Promise<Transition[]> {
  const all: Transition[] = [];
  for (let position = from; ; ) {
    const part = await state.history.after(position, AT_ONCE);
    all.push(...part.transitions);
    if (part.next.transition === position.transition && part.next.event === position.event) return all;
    position = part.next;
  }
}

async function pages<T>(read: (page: { limit: number; after?: string }) => Promise<Page<T>>): Promise<T[]> {
  const all: T[] = [];
  for (let after: string | undefined; ; ) {
    const { items, next } = await read({ limit: AT_ONCE, ...(after !== undefined && { after }) });
    all.push(...items);
    if (next === null) return all;
    after = next;
  }
}

/** Of rules in shadow only the alerts are kept, as they stand: each tells of its beginning and its end. */
async function shadows(state: StateStore): Promise<Decided[]> {
  const alerts = await pages((page) => state.alerts.shadows(undefined, page));
  const reason = "shadow";
  return alerts.flatMap((alert): Decided[] => {
    const { openedAt, clearedAt } = alert;
    const opened: Decided = { at: openedAt, shadow: true, effect: { change: "opened", alert, reason } };
    if (clearedAt === null) return [opened];
    return [opened, { at: clearedAt, shadow: true, effect: { change: "cleared", alert, reason } }];
  });
}

/** Of what was committed behind `from`; ledger and incidents since `start`. */
export async function readBook(
  state: StateStore,
  start: number,
  carried: readonly Carried[],
  from: HistoryPosition = HISTORY_START,
): Promise<Book> {
  const decided: Decided[] = [];
  const connections: Reached[] = [];
  for (const { type, at, deviceId, data } of await transitions(state, from)) {
    if (type === "connection") connections.push({ at, deviceId, to: String(data.to) });
    else decided.push({ at, shadow: false, effect: data as unknown as AlertEffect });
  }
  decided.push(...(await shadows(state)));
  const ledger = await pages((page) => state.alerts.ledger({ from: start }, page));
  const incidents = await pages((page) => state.alerts.incidents({}, page));
  return { start, decided, connections, ledger: ledger.toSorted((a, b) => a.seq - b.seq), incidents, carried };
}
