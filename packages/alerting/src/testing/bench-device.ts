import {
  type AlertChange,
  type Connection,
  DEVICE_KINDS,
  type Device,
  type PointValue,
  type Rule,
  ruleSchema,
} from "@linli/model";
import { compileRule } from "../compile/rule.ts";
import type { CompiledRule } from "../compiled-rule.ts";
import type { DeviceView, PointView, Signal } from "../signal.ts";
import type { AlertEffect, RuleState } from "../step.ts";
import { stepRule } from "../step-rule.ts";

type RuleInput = Partial<typeof ruleSchema._zod.input> & Pick<typeof ruleSchema._zod.input, "levels">;

const WORDS = { zh: "测试", en: "test" };

/** A rule of the tests: what matters is given, the rest is there. */
export function testRule(given: RuleInput): Rule {
  const whole = {
    id: "test.rule",
    kinds: ["elevator"],
    name: WORDS,
    start: "armed",
    role: "property",
    text: WORDS,
    steps: WORDS,
    ...given,
  };
  return ruleSchema.parse(whole);
}

export function compile(given: RuleInput, version = 1): CompiledRule {
  return compileRule(testRule(given), { version, kinds: DEVICE_KINDS });
}

/** One device with one rule, given signals one after the other; every step goes through JSON, as a restart would. */
export class BenchDevice {
  readonly told: (readonly [at: number, change: AlertChange, severity: string])[] = [];
  readonly effects: AlertEffect[] = [];
  state: RuleState | undefined;
  due: number | undefined;
  rule: CompiledRule;
  private readonly points = new Map<string, PointView>();
  private readonly device: Device;
  private connection: Connection = "online";
  private connectionSince = 0;
  private lastSeenAt: number | null = null;
  private lastObservedAt: number | undefined;

  constructor(rule: CompiledRule, kind = "elevator", tags: Record<string, string> = {}) {
    this.rule = rule;
    this.device = {
      id: "d1",
      kind,
      name: "d1",
      placeId: "p1",
      gatewayId: null,
      units: {},
      extraPoints: {},
      offlineAfterMs: null,
      tags,
      version: 1,
      createdAt: 0,
      retiredAt: null,
    };
  }

  private view(): DeviceView {
    const { device, connection, connectionSince, lastSeenAt, lastObservedAt, points } = this;
    return {
      device,
      kind: DEVICE_KINDS.get(device.kind),
      site: { timeZone: "Asia/Shanghai", latitude: 30.3, longitude: 120.1 },
      connection,
      connectionSince,
      lastSeenAt,
      lastObservedAt,
      point: (name) => points.get(name),
      pointNames: () => points.keys(),
    };
  }

  signal(at: number, signal: Signal): void {
    // what we slept through moves every deadline before one can come
    const deadlines = signal.type !== "blind";
    while (deadlines && this.due !== undefined && this.due < at) this.step(this.due, { type: "due" });
    this.step(at, signal);
  }

  private step(at: number, signal: Signal): void {
    const state = this.state && (JSON.parse(JSON.stringify(this.state)) as RuleState);
    const result = stepRule({ rule: this.rule, state, signal, view: this.view(), at });
    this.state = result.state;
    this.due = result.due;
    for (const effect of result.effects) {
      this.effects.push(effect);
      this.told.push([at, effect.change, effect.alert.severity]);
    }
  }

  /** Values of one message. */
  values(at: number, values: Readonly<Record<string, PointValue>>, observedAt = at): void {
    this.lastSeenAt = at;
    for (const [point, value] of Object.entries(values)) {
      const before = this.points.get(point);
      const newest = before === undefined || observedAt > before.observedAt;
      if (newest) {
        const changedAt = before?.value === value ? before.changedAt : observedAt;
        this.points.set(point, { value, quality: "good", observedAt, receivedAt: at, changedAt });
        this.lastObservedAt = Math.max(this.lastObservedAt ?? 0, observedAt);
      }
    }
    const readings = Object.entries(values).map(([point, value]) => {
      const newest = this.points.get(point)?.observedAt === observedAt;
      const type = typeof value === "number" ? "number" : typeof value === "boolean" ? "boolean" : "enum";
      const named = { deviceId: "d1", point, type, value, quality: "good" } as const;
      return { reading: { ...named, observedAt, receivedAt: at, historical: false }, newest };
    });
    this.signal(at, { type: "readings", readings });
  }

  event(at: number, type: string, data: Record<string, string | number> = {}, observedAt = at): void {
    const event = { id: `${type}-${observedAt}`, deviceId: "d1", type, observedAt, receivedAt: at, data, known: true };
    this.signal(at, { type: "event", event });
  }

  connect(at: number, to: Connection): void {
    const from = this.connection;
    this.connection = to;
    this.connectionSince = at;
    this.signal(at, { type: "connection", from, to });
  }

  makeStale(point: string): void {
    const known = this.points.get(point);
    if (known) this.points.set(point, { ...known, quality: "stale" });
  }

  /** Lets time pass. */
  until(at: number): void {
    this.signal(at, { type: "due" });
  }
}
