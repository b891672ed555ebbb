import type { Alert, AlertCare, AlertChange, Incident, Rule } from "@linli/model";
import type { NotifyCommit, StateStore, Transition } from "@linli/stores";
import { START_AT } from "./test-api.ts";

/** A rule about a warm room. */
export function warmRule(id: string, more: Partial<Rule> = {}): Rule {
  return {
    id,
    kinds: ["environment-sensor"],
    name: { zh: "过热", en: "Too warm" },
    start: "armed",
    lifeSafety: false,
    latched: false,
    role: "property",
    params: { limit: 30 },
    levels: [{ severity: "high", when: { point: "temperature", above: "$limit" } }],
    replaces: [],
    needs: [],
    text: { zh: "{device}过热", en: "{device} is too warm" },
    steps: { zh: "1. 开窗", en: "1. Open a window" },
    ...more,
  };
}

export function alertOf(deviceId: string, more: Partial<Alert> = {}): Alert {
  const { openedAt = START_AT, ruleId = "room.warm" } = more;
  return {
    id: `${ruleId}_${deviceId}_${openedAt.toString(36)}`,
    ruleId,
    ruleVersion: 1,
    deviceId,
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
    facts: [{ what: "temperature", value: 31, asked: "above 30", observedAt: openedAt }],
    ...more,
  };
}

function transition(alert: Alert, change: AlertChange, type: Transition["type"]): Transition {
  const at = alert.clearedAt ?? alert.openedAt;
  const key = `${type}:${alert.id}:${change}:${at}:${alert.severity}`;
  return { key, type, deviceId: alert.deviceId, at, data: { change, alert, reason: "temperature 31 above 30" } };
}

/** What watch and notify would have written, as their only owners. */
export class Seeds {
  readonly #state: StateStore;
  #commits = 0;

  constructor(state: StateStore) {
    this.#state = state;
  }

  async watch(change: AlertChange, alerts: readonly Alert[], type: Transition["type"] = "alert"): Promise<void> {
    const epoch = await this.#state.leases.acquire("watch", "test", START_AT, 1_000);
    this.#commits += 1;
    const checkpoint = { position: `p${this.#commits}`, sequence: this.#commits, time: START_AT, memory: "" };
    const transitions = alerts.map((alert) => transition(alert, change, type));
    await this.#state.watch.commit({ checkpoint, states: [], transitions, rules: [] }, epoch);
  }

  /** The alert, open. */
  async open(deviceId: string, more: Partial<Alert> = {}): Promise<Alert> {
    const alert = alertOf(deviceId, more);
    await this.watch("opened", [alert]);
    return alert;
  }

  async notify(more: Partial<Pick<NotifyCommit, "cares" | "incidents" | "ledger">>): Promise<void> {
    const epoch = await this.#state.leases.acquire("notify", "test", START_AT, 1_000);
    const checkpoint = { history: { event: 0, transition: 0 }, action: 0, delivery: 0, memory: "" };
    const nothing = { cases: [], cares: [], incidents: [], ledger: [], outbox: [], withdrawn: [] };
    await this.#state.notify.commit({ at: START_AT, checkpoint, ...nothing, ...more }, epoch);
  }
}

export function careOf(alertId: string, more: Partial<AlertCare> = {}): AlertCare {
  const nobody = { acknowledgedAt: null, acknowledgedBy: null, arrivedAt: null, arrivedBy: null, assignee: null };
  const nothing = { snoozedUntil: null, knownUntil: null, outcome: null, suppressed: null, incidentId: null };
  return { alertId, ...nobody, ...nothing, step: 0, next: null, ...more };
}

export function incidentOf(id: string, placeId: string | null, members: readonly Alert[]): Incident {
  return {
    id,
    cause: "common",
    placeId,
    parentAlertId: null,
    severity: "high",
    openedAt: START_AT,
    closedAt: null,
    members: members.map(({ id: alertId, deviceId }) => ({ alertId, deviceId, since: START_AT, overAt: null })),
  };
}
