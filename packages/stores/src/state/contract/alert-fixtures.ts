import type { Alert, AlertCare, AlertChange, LedgerEntry, Message, NewLedgerEntry, Rule } from "@linli/model";
import type { NotifyCommit, OutboxMessage } from "../notify.ts";
import type { StateStore } from "../port.ts";
import type { RuleMemory, Transition } from "../watch.ts";
import { NOW } from "./fixtures.ts";

export function rule(id: string, more: Partial<Rule> = {}): Rule {
  return {
    id,
    name: { zh: id, en: id },
    start: "armed",
    lifeSafety: false,
    latched: false,
    role: "property",
    params: { limit: 8 },
    levels: [{ severity: "high", when: { point: "temperature", above: "$limit" } }],
    replaces: [],
    needs: [],
    text: { zh: id, en: id },
    steps: { zh: id, en: id },
    ...more,
  };
}

export function alert(id: string, more: Partial<Alert> = {}): Alert {
  const openedAt = more.openedAt ?? NOW;
  return {
    id,
    ruleId: "lift.stuck",
    ruleVersion: 1,
    deviceId: "lift-1",
    severity: "high",
    lifeSafety: false,
    active: true,
    latched: false,
    stale: false,
    openedAt,
    beganAt: openedAt,
    lastSeenAt: openedAt,
    clearedAt: null,
    endedBy: null,
    facts: [],
    ...more,
  };
}

export function over(before: Alert, at: number, endedBy: NonNullable<Alert["endedBy"]> = "cleared"): Alert {
  return { ...before, active: false, clearedAt: at, endedBy };
}

export function happened(one: Alert, change: AlertChange, at: number, type: Transition["type"] = "alert"): Transition {
  const key = `${type}:${one.id}:${change}:${at}:${one.severity}`;
  return { key, type, deviceId: one.deviceId, at, data: { change, alert: one, reason: "because" } };
}

/** Past ones are opened and cleared by one transition each. */
export function asTransitions(alerts: readonly Alert[]): Transition[] {
  return alerts.map((one) => happened(one, one.active ? "opened" : "cleared", one.clearedAt ?? one.openedAt));
}

let commits = 0;

/** As watch does it, as its only owner. */
export async function watchCommits(
  { watch, leases }: StateStore,
  transitions: readonly Transition[],
  rules: readonly RuleMemory[] = [],
): Promise<void> {
  const epoch = await leases.acquire("watch", "test", NOW, 1_000);
  commits += 1;
  const checkpoint = { position: `p${commits}`, sequence: commits, time: NOW, memory: "" };
  await watch.commit({ checkpoint, states: [], transitions, rules }, epoch);
}

export function care(alertId: string, more: Partial<AlertCare> = {}): AlertCare {
  return {
    alertId,
    acknowledgedAt: null,
    acknowledgedBy: null,
    arrivedAt: null,
    arrivedBy: null,
    assignee: null,
    snoozedUntil: null,
    knownUntil: null,
    outcome: null,
    suppressed: null,
    incidentId: null,
    step: 0,
    next: null,
    ...more,
  };
}

export function message(key: string, more: Partial<Message> = {}): Message {
  return {
    key,
    subject: "a1",
    occasion: "opened",
    severity: "high",
    lifeSafety: false,
    language: "en",
    title: "Lift stuck",
    text: "Lift stuck",
    variables: {},
    alerts: [],
    at: NOW,
    ...more,
  };
}

export function queued(key: string, more: Partial<OutboxMessage> = {}): OutboxMessage {
  const { subject = "a1" } = more;
  const plain = { channelId: "sms", address: { phone: "1" }, alertId: subject, personId: "li", queuedAt: NOW };
  return { key, subject, message: message(key, { subject }), ...plain, ...more };
}

export function line(alertId: string, more: Partial<LedgerEntry> = {}): NewLedgerEntry {
  const to = { incidentId: null, personId: "li", channelId: "sms", messageKey: null };
  return { at: NOW, alertId, occasion: "opened", verdict: "queued", reason: "first", about: "step 1", ...to, ...more };
}

export function decided(more: Partial<NotifyCommit> = {}): NotifyCommit {
  const checkpoint = { history: { event: 0, transition: 0 }, action: 0, delivery: 0, memory: "" };
  const nothing = { cases: [], cares: [], incidents: [], ledger: [], outbox: [], withdrawn: [] };
  return { at: NOW, checkpoint, ...nothing, ...more };
}

/** As notify does it, as its only owner. */
export async function notifyCommits({ notify, leases }: StateStore, more: Partial<NotifyCommit>): Promise<number> {
  const epoch = await leases.acquire("notify", "test", NOW, 1_000);
  await notify.commit(decided(more), epoch);
  return epoch;
}
