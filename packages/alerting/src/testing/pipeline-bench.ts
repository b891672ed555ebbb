import {
  type Alert,
  type AlertChange,
  type AlertDeed,
  type Arrangements,
  type Connection,
  type Contact,
  contactSchema,
  type Device,
  type NewLedgerEntry,
  NO_ARRANGEMENTS,
  type Person,
  personSchema,
  type Rule,
  type Severity,
  type Team,
  teamSchema,
} from "@linli/model";
import type { World } from "../duty/world.ts";
import type { Decisions, DutyFinding, OutgoingMessage } from "../pipeline/decisions.ts";
import { Pipeline, type PipelineInput } from "../pipeline/pipeline.ts";
import { testRule } from "./bench-device.ts";
import { deviceOf, worldOf } from "./test-world.ts";

export const MIN = 60_000;
export const HOUR = 60 * MIN;
/** A Monday, 10:00 in Shanghai. */
export const T = Date.parse("2026-06-01T10:00:00+08:00");

const OFFLINE = { connection: ["offline" as const] };

function ruleOf(id: string, severity: Severity, changes: Partial<Rule> = {}): Rule {
  return {
    ...testRule({ id, levels: [{ severity, when: { event: "any" } }] }),
    kinds: ["elevator"],
    ...changes,
  } as Rule;
}

/** The rules of the tests, by what they are for. */
export const RULES: readonly Rule[] = [
  ruleOf("test.medium", "medium"),
  ruleOf("test.high", "high"),
  ruleOf("test.critical", "critical"),
  ruleOf("test.low", "low"),
  ruleOf("test.info", "medium", { start: "informational" }),
  ruleOf("lift.entrapment", "critical", { lifeSafety: true, latched: true }),
  ruleOf("lift.outOfService", "medium", { serviceLost: true }),
  ruleOf("light.lampDark", "medium", { serviceLost: true }),
  { ...ruleOf("device.offline", "medium"), levels: [{ severity: "medium", when: OFFLINE }] },
  { ...ruleOf("gateway.offline", "high"), levels: [{ severity: "high", when: OFFLINE }] },
  { ...ruleOf("lift.blind", "critical", { lifeSafety: true }), levels: [{ severity: "critical", when: OFFLINE }] },
];

/** Somebody who may act everywhere, reached by SMS, and by a call when it is urgent. */
function person(id: string, changes: Partial<Person> = {}): Person {
  return personSchema.parse({ id, name: id, createdAt: 0, grants: [{ role: "crew", placeId: null }], ...changes });
}

export function contact(id: string, changes: Partial<Contact> = {}): Contact {
  const urgent = [{ channelId: "call", address: { phone: id } }];
  return contactSchema.parse({ id, default: [{ channelId: "sms", address: { phone: id } }], urgent, ...changes });
}

export function team(id: string, members: readonly string[], changes: Partial<Team> = {}): Team {
  return teamSchema.parse({ id, name: id, role: "property", placeId: null, members, ...changes });
}

const CHANNELS = [
  { id: "sms", name: "sms", type: "sms-aliyun", config: {}, enabled: true },
  { id: "call", name: "call", type: "voice-aliyun", config: {}, enabled: true },
  { id: "room", name: "room", type: "wecom-robot", config: {}, enabled: true },
];

/** Property: Li on call, Wang beside; a desk with Chen. */
export const ARRANGED: Arrangements = {
  ...NO_ARRANGEMENTS,
  team: [team("property", ["li"]), team("desk", ["chen"], { desk: true, role: "community" })],
  contact: ["li", "wang", "chen", "manager"].map((id) => contact(id)),
  channel: CHANNELS,
};

export const PEOPLE: readonly Person[] = [
  person("li"),
  person("wang"),
  person("chen"),
  person("manager", { grants: [{ role: "manager", placeId: null }] }),
  person("viewer", { grants: [{ role: "viewer", placeId: null }] }),
];

export interface Given {
  readonly arrangements?: Partial<Arrangements>;
  readonly devices?: readonly Device[];
  readonly rules?: readonly Rule[];
  readonly people?: readonly Person[];
  /** Whether messages arrive at once; otherwise `settle` says what became of them. */
  readonly delivers?: boolean;
  /** Goes through its saved form after every step, as a restart would. */
  readonly restarts?: boolean;
}

/** The pipeline with a world around it. Times are given in ms from `T`. */
export class PipelineBench {
  now = T;
  readonly messages: OutgoingMessage[] = [];
  readonly ledger: NewLedgerEntry[] = [];
  readonly withdrawn: string[] = [];
  readonly findings: DutyFinding[] = [];
  readonly decisions: Decisions[] = [];
  readonly cases = new Map<string, string>();
  readonly cares = new Map<string, Decisions["cares"][number]>();
  readonly incidents = new Map<string, Decisions["incidents"][number]>();
  memory: string | undefined;
  pipeline = Pipeline.restore([], undefined);
  arrangements: Arrangements;
  delivers: boolean;
  private readonly given: Given;
  private readonly alerts = new Map<string, Alert>();
  private actions = 0;

  constructor(given: Given = {}) {
    this.given = given;
    this.delivers = given.delivers ?? true;
    this.arrangements = { ...ARRANGED, ...given.arrangements };
  }

  get world(): World {
    const { devices = [deviceOf("lift-1", "elevator"), deviceOf("lift-2", "elevator")], rules = RULES } = this.given;
    return worldOf({ arrangements: this.arrangements, devices, rules, people: this.given.people ?? PEOPLE });
  }

  take(input: PipelineInput): void {
    this.pipeline.take(input, this.world, this.now);
    this.collect();
  }

  restart(): void {
    this.pipeline = Pipeline.restore([...this.cases], this.memory);
  }

  /** Lets time pass, waking the pipeline when it asks for it. */
  until(at: number): void {
    for (let rounds = 0; rounds < 50_000; rounds++) {
      const { due } = this.pipeline;
      if (due === undefined || due > T + at) break;
      this.now = Math.max(this.now, due);
      this.take({ type: "time" });
    }
    this.now = T + at;
  }

  /** The pipeline sleeps until then, as if it had been stopped. */
  sleepUntil(at: number): void {
    this.now = T + at;
    this.restart();
    this.take({ type: "time" });
  }

  open(ruleId: string, deviceId: string, changes: Partial<Alert> = {}): string {
    const rule = (this.given.rules ?? RULES).find(({ id }) => id === ruleId);
    const alert: Alert = {
      id: `${ruleId}_${deviceId}_${this.now.toString(36)}`,
      ruleId,
      ruleVersion: 1,
      deviceId,
      severity: rule?.levels[0]?.severity ?? "medium",
      lifeSafety: rule?.lifeSafety ?? false,
      active: true,
      latched: rule?.latched ?? false,
      stale: false,
      openedAt: this.now,
      beganAt: this.now,
      lastSeenAt: this.now,
      clearedAt: null,
      endedBy: null,
      facts: [],
      ...changes,
    };
    this.effect("opened", alert);
    return alert.id;
  }

  change(id: string, change: AlertChange, changes: Partial<Alert>): void {
    const alert = this.alerts.get(id);
    if (alert === undefined) throw new Error(`no alert ${id}`);
    this.effect(change, { ...alert, ...changes });
  }

  clear(id: string, endedBy: Alert["endedBy"] = "cleared"): void {
    const change = endedBy === "rule" || endedBy === "retired" ? "ended" : "cleared";
    this.change(id, change, { active: false, clearedAt: this.now, endedBy });
  }

  private effect(change: AlertChange, alert: Alert): void {
    this.alerts.set(alert.id, alert);
    this.take({ type: "alert", effect: { change, alert, reason: change }, at: this.now });
  }

  connection(deviceId: string, from: Connection, to: Connection): void {
    this.take({ type: "connection", deviceId, from, to, at: this.now });
  }

  act(alertId: string, by: string, deed: AlertDeed): void {
    const action = { seq: ++this.actions, alertId, at: this.now, by: { type: "person" as const, id: by }, deed };
    this.take({ type: "action", action });
  }

  settle({ key, alertId, personId, channelId }: OutgoingMessage, told = true): void {
    this.take({
      type: "settled",
      settled: { key, alertId, personId, channelId, told, detail: told ? "ok" : "550 mailbox", at: this.now },
    });
  }

  private collect(): void {
    const decisions = this.pipeline.takeDecisions();
    this.decisions.push(decisions);
    for (const [key, json] of decisions.cases) {
      if (json === null) this.cases.delete(key);
      else this.cases.set(key, json);
    }
    this.memory = decisions.memory;
    this.messages.push(...decisions.outbox);
    this.ledger.push(...decisions.ledger);
    this.withdrawn.push(...decisions.withdrawn);
    this.findings.push(...decisions.findings);
    for (const care of decisions.cares) this.cares.set(care.alertId, care);
    for (const incident of decisions.incidents) this.incidents.set(incident.id, incident);
    if (this.given.restarts === true) this.restart();
    if (this.delivers) for (const message of decisions.outbox) this.settle(message);
  }

  /** Who was told what, and when: minutes from the start. */
  told(): string[] {
    return this.messages.map(({ personId, channelId, message, queuedAt }) => {
      const minute = Math.round(((queuedAt - T) / MIN) * 10) / 10;
      const about = message.alerts.map(({ deviceId }) => deviceId).join("+");
      return `${minute} ${personId ?? "room"} ${channelId} ${message.occasion} ${about}`;
    });
  }

  /** Why somebody was, or was not, told. */
  why(alertId: string, personId: string): string[] {
    return this.ledger
      .filter((line) => line.alertId === alertId && line.personId === personId)
      .map(({ verdict, reason }) => `${verdict} ${reason}`);
  }
}
