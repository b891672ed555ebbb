import type { Connection, Device, DeviceEvent, DeviceKind, PointType, PointValue, Reading } from "@linli/model";
import { findPoint, minutes } from "@linli/model";
import { sooner } from "../conditions/node.ts";
import { DeviceRules, type DeviceStep } from "../device-rules.ts";
import type { ParamsOf } from "../own-numbers.ts";
import type { RuleSet } from "../rule-set.ts";
import type { DeviceView, PointView, Signal, Site } from "../signal.ts";
import type { AlertEffect, RuleState } from "../step.ts";

/** Further ahead of reception than this, a timestamp never becomes the newest. */
const MAX_AHEAD = minutes(5);
/** A measured value older than this many cadences says nothing any more. */
const STALE_CADENCES = 3;

export interface VirtualDeviceOptions {
  readonly rules: RuleSet;
  readonly kind: DeviceKind;
  readonly site: Site;
  readonly id?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly paramsOf?: ParamsOf | undefined;
}

function typeOf(value: PointValue): PointType {
  if (typeof value === "number") return "number";
  return typeof value === "boolean" ? "boolean" : "string";
}

/** As watch shows a point: more than a plain object, so that nothing comes to rely on copies of it. */
class SeenPoint implements PointView {
  readonly value: PointValue;
  readonly observedAt: number;
  readonly receivedAt: number;
  readonly changedAt: number;
  private readonly own: PointView["quality"];
  private readonly isDown: boolean;

  constructor({ value, quality, observedAt, receivedAt, changedAt }: PointView, isDown: boolean) {
    this.value = value;
    this.observedAt = observedAt;
    this.receivedAt = receivedAt;
    this.changedAt = changedAt;
    this.own = quality;
    this.isDown = isDown;
  }

  get quality(): PointView["quality"] {
    return this.isDown ? "down" : this.own;
  }
}

/**
 * A device with its rules in virtual time, as watch would hold it: newest values, stale ones, deadlines. What its
 * rules decided is in `effects`. Time never goes back.
 */
export class VirtualDevice {
  readonly effects: (AlertEffect & { readonly at: number })[] = [];
  rules: DeviceRules;
  readonly device: Device;
  private readonly options: VirtualDeviceOptions;
  private readonly points = new Map<string, PointView>();
  private readonly staleAt = new Map<string, number>();
  private connection: Connection = "online";
  private connectionSince: number;
  private lastSeenAt: number | null = null;
  private lastObservedAt: number | undefined;
  private now: number;
  private ruleSet: RuleSet;

  constructor(options: VirtualDeviceOptions, start: number) {
    const { kind, id = "d1", tags = {} } = options;
    this.options = options;
    this.ruleSet = options.rules;
    this.rules = new DeviceRules(options.rules, kind.id, options.paramsOf);
    this.now = start;
    this.connectionSince = start;
    this.device = {
      id,
      kind: kind.id,
      name: id,
      placeId: "p1",
      gatewayId: null,
      units: {},
      extraPoints: {},
      offlineAfterMs: null,
      tags: { ...tags },
      version: 1,
      createdAt: start,
      retiredAt: null,
    };
    this.take(this.rules.begin({ view: this.view(), at: start }));
  }

  /** The moment that it has come to. */
  get time(): number {
    return this.now;
  }

  view(): DeviceView {
    const { device, connection, connectionSince, lastSeenAt, lastObservedAt, points } = this;
    const { kind, site } = this.options;
    return {
      device,
      kind,
      site,
      connection,
      connectionSince,
      lastSeenAt,
      lastObservedAt,
      point(name) {
        const point = points.get(name);
        return point && new SeenPoint(point, connection === "offline");
      },
      pointNames: () => points.keys(),
    };
  }

  /** Lets time pass: deadlines come in their order. */
  until(at: number): void {
    for (let due = this.nextDue(); due !== undefined && due <= at; due = this.nextDue()) {
      this.now = Math.max(this.now, due);
      this.markStale();
      this.give({ type: "due" });
    }
    this.now = Math.max(this.now, at);
  }

  /** Values of one message, with one time. */
  values(
    at: number,
    values: Readonly<Record<string, PointValue>>,
    { observedAt = at, historical = false }: { readonly observedAt?: number; readonly historical?: boolean } = {},
  ): void {
    this.until(at);
    this.heard();
    const readings = Object.entries(values).map(([name, value]) => {
      const reading = this.reading(name, value, { observedAt, historical });
      return { reading, newest: this.takeNewest(reading) };
    });
    this.give({ type: "readings", readings });
  }

  event(
    at: number,
    type: string,
    {
      data = {},
      observedAt = at,
    }: { readonly data?: NonNullable<DeviceEvent["data"]>; readonly observedAt?: number } = {},
  ): void {
    this.until(at);
    this.heard();
    const id = `${this.device.id}:${observedAt}:${type}:${JSON.stringify(data)}`;
    const event = { id, deviceId: this.device.id, type, observedAt, receivedAt: at, data, known: true };
    this.give({ type: "event", event });
  }

  /** A sign of life that says nothing else. */
  alive(at: number): void {
    this.until(at);
    this.heard();
    this.give({ type: "alive" });
  }

  connect(at: number, to: Connection): void {
    this.until(at);
    const from = this.connection;
    if (from === to) return;
    this.connection = to;
    this.connectionSince = at;
    this.give({ type: "connection", from, to });
  }

  /** Nothing was seen by us from the last moment until `at`: no deadline came meanwhile. */
  blind(at: number, gapMs: number): void {
    this.now = Math.max(this.now, at);
    for (const [name, staleAt] of this.staleAt) this.staleAt.set(name, staleAt + gapMs);
    this.give({ type: "blind", gapMs });
    this.until(at);
  }

  signal(at: number, signal: Signal): void {
    this.until(at);
    this.give(signal);
  }

  close(at: number, ruleId: string, closing: { readonly by: string; readonly outcome: string }): boolean {
    this.until(at);
    const closed = this.rules.close(ruleId, closing, { view: this.view(), at });
    this.take(closed);
    return closed.accepted;
  }

  rulesChanged(at: number, rules: RuleSet, by: string): void {
    this.until(at);
    this.ruleSet = rules;
    this.take(this.rules.rulesChanged(rules, by, { view: this.view(), at }));
  }

  /** Stops and loads what was saved, as a restart of ours does. */
  restart(): void {
    const saved = JSON.parse(JSON.stringify([...this.rules.saved()])) as [string, RuleState][];
    this.rules = new DeviceRules(this.ruleSet, this.options.kind.id, this.options.paramsOf);
    this.rules.restore(saved, this.view(), this.now);
  }

  private take({ effects }: DeviceStep): void {
    for (const effect of effects) this.effects.push({ ...effect, at: this.now });
  }

  private give(signal: Signal): void {
    this.take(this.rules.take(signal, { view: this.view(), at: this.now }));
  }

  private heard(): void {
    this.lastSeenAt = this.now;
    if (this.connection === "online" || this.connection === "unknown") return;
    this.connect(this.now, "online");
  }

  private reading(
    point: string,
    value: PointValue,
    { observedAt, historical }: { observedAt: number; historical: boolean },
  ): Reading {
    const declared = findPoint(this.options.kind, point);
    const range = declared?.range;
    const isFaulty = range !== undefined && typeof value === "number" && (value < range[0] || value > range[1]);
    const quality = declared === undefined ? "unknown" : isFaulty ? "faulty" : "good";
    const type = declared?.type ?? typeOf(value);
    return { deviceId: this.device.id, point, type, value, quality, observedAt, receivedAt: this.now, historical };
  }

  private takeNewest(reading: Reading): boolean {
    const { point, value, quality, observedAt, receivedAt, historical } = reading;
    if (historical || observedAt > receivedAt + MAX_AHEAD) return false;
    const before = this.points.get(point);
    if (before !== undefined && observedAt <= before.observedAt) return false;
    const changedAt = before?.value === value ? before.changedAt : observedAt;
    this.points.set(point, { value, quality, observedAt, receivedAt, changedAt });
    const cadence = findPoint(this.options.kind, point)?.cadence;
    if (cadence === undefined || quality !== "good") this.staleAt.delete(point);
    else this.staleAt.set(point, receivedAt + STALE_CADENCES * cadence);
    this.lastObservedAt = Math.max(this.lastObservedAt ?? 0, observedAt);
    return true;
  }

  private nextDue(): number | undefined {
    let due = this.rules.due;
    for (const staleAt of this.staleAt.values()) due = sooner(due, staleAt);
    return due;
  }

  private markStale(): void {
    for (const [name, staleAt] of this.staleAt) {
      const point = this.points.get(name);
      if (staleAt > this.now || point === undefined) continue;
      this.staleAt.delete(name);
      this.points.set(name, { ...point, quality: "stale" });
      this.give({ type: "stale", point: name });
    }
  }
}
