import {
  type Alert,
  type AlertChange,
  type AlertDeed,
  type Arrangement,
  type ArrangementType,
  channelSettingSchema,
  contactSchema,
  type Person,
  type Rule,
  ruleSchema,
  type Severity,
  teamSchema,
} from "@linli/model";
import type { Author, StateStore } from "@linli/stores";

/** A Monday, 10:00 in Shanghai. */
export const T = Date.parse("2026-06-01T10:00:00+08:00");

const author: Author = { id: "admin", type: "person", address: "127.0.0.1", at: T };
const LIFTS = 20;
const WORDS = { zh: "测试", en: "test" };

function rule(id: string, severity: Severity, changes: Partial<Rule> = {}): Rule {
  const plain = { id, kinds: ["elevator"], name: WORDS, start: "armed", role: "property", text: WORDS, steps: WORDS };
  return { ...ruleSchema.parse({ ...plain, levels: [{ severity, when: { event: "any" } }] }), ...changes };
}

const RULES: readonly Rule[] = [
  rule("test.high", "high"),
  rule("test.critical", "critical"),
  rule("lift.entrapment", "critical", { lifeSafety: true, latched: true }),
  ...Array.from({ length: LIFTS }, (_, n) => rule(`storm.n${n + 1}`, "high")),
];

function person(id: string): Person {
  const grants = [{ role: "crew" as const, placeId: null }];
  return { id, name: id, grants, language: "en", createdAt: T, disabledAt: null };
}

/** Li is property, Chen the desk; each is reached by `sms`, and by `call` when it is urgent. */
export async function plantSite({ registry, access, rules, arrangements }: StateStore): Promise<void> {
  await registry.putPlace({ id: "b3", level: "subdistrict", parentId: null, name: "3幢", order: 0 }, author);
  for (let n = 1; n <= LIFTS; n++) {
    const plain = { kind: "elevator", placeId: "b3", gatewayId: null, units: {}, extraPoints: {}, tags: {} };
    await registry.createDevice({ id: `lift-${n}`, name: `lift-${n}`, offlineAfterMs: null, ...plain }, author);
  }
  await rules.ship(RULES, author);
  for (const id of ["li", "chen"]) {
    await access.putPerson(person(id), author);
    const way = (channelId: string) => ({ channelId, address: { to: id } });
    const contact = contactSchema.parse({ id, default: [way("sms")], urgent: [way("call")] });
    await arrangements.put("contact", contact, 0, author);
  }
  const team = (changes: object) => teamSchema.parse({ placeId: null, ...changes });
  await arrangements.put(
    "team",
    team({ id: "property", name: "property", role: "property", members: ["li"] }),
    0,
    author,
  );
  await arrangements.put(
    "team",
    team({ id: "desk", name: "desk", role: "community", members: ["chen"], desk: true }),
    0,
    author,
  );
  for (const id of ["sms", "call"]) {
    const channel = channelSettingSchema.parse({ id, name: id, type: id, config: {} });
    await arrangements.put("channel", channel, 0, author);
  }
}

export async function rearrange<T extends ArrangementType>(
  { arrangements }: StateStore,
  type: T,
  value: Arrangement<T>,
): Promise<void> {
  const { version = 0 } = (await arrangements.get(type, value.id)) ?? {};
  await arrangements.put(type, value, version, author);
}

let commits = 0;

/** Stands for watch, and for people. */
export class Happenings {
  private readonly state: StateStore;
  private readonly now: () => number;
  private readonly alerts = new Map<string, Alert>();

  constructor(state: StateStore, now: () => number) {
    this.state = state;
    this.now = now;
  }

  async open(ruleId: string, deviceId: string): Promise<string> {
    const at = this.now();
    const { levels, lifeSafety = false, latched = false } = RULES.find(({ id }) => id === ruleId) ?? {};
    const id = `${ruleId}_${deviceId}_${at.toString(36)}`;
    const alert: Alert = {
      id,
      ruleId,
      ruleVersion: 1,
      deviceId,
      severity: levels?.[0]?.severity ?? "medium",
      lifeSafety,
      active: true,
      latched,
      stale: false,
      openedAt: at,
      beganAt: at,
      lastSeenAt: at,
      clearedAt: null,
      endedBy: null,
      facts: [],
    };
    await this.happen("opened", alert);
    return id;
  }

  async clear(id: string): Promise<void> {
    const alert = this.alerts.get(id);
    if (alert === undefined) throw new Error(`no alert ${id}`);
    await this.happen("cleared", { ...alert, active: false, clearedAt: this.now(), endedBy: "cleared" });
  }

  async act(alertId: string, by: string, deed: AlertDeed): Promise<void> {
    await this.state.alerts.act(alertId, deed, { ...author, id: by, at: this.now() });
  }

  private async happen(change: AlertChange, alert: Alert): Promise<void> {
    this.alerts.set(alert.id, alert);
    const at = this.now();
    const key = `alert:${alert.id}:${change}:${at}:${alert.severity}`;
    const data = { change, alert, reason: change };
    const epoch = await this.state.leases.acquire("watch", "test", at, 1_000);
    commits += 1;
    const checkpoint = { position: `p${commits}`, sequence: commits, time: at, memory: "" };
    const transitions = [{ key, type: "alert" as const, deviceId: alert.deviceId, at, data }];
    await this.state.watch.commit({ checkpoint, states: [], transitions, rules: [] }, epoch);
  }
}
