import type { Signal, Site, TakenReading } from "@linli/alerting";
import type { Device, DeviceKind, DeviceState, Reading, Severity } from "@linli/model";
import { closedAlertOf } from "@linli/model";
import type { JournalRecord, RuleMemory, WatchCheckpoint } from "@linli/stores";
import { createDeviceMemory, type Interpretation, type InterpretLimits, interpret } from "../interpret/index.ts";
import { Alerting } from "./alerting.ts";
import { Blindness } from "./blindness.ts";
import { closingOf, isInternal } from "./closing.ts";
import { type ConnectionChange, fellAsleep, heard, left, nextDeadline, saidOffline } from "./connection.ts";
import { applyDeclaration } from "./declared.ts";
import { Drills } from "./drills.ts";
import { WatchEffects } from "./effects.ts";
import { takeNewest } from "./newest.ts";
import { restoreDevice } from "./restore.ts";
import { keepRhythm } from "./rhythm.ts";
import type { RuleBook } from "./rule-book.ts";
import { type SavedRules, savedRules } from "./saved-rules.ts";
import { closeSession, openSession } from "./sessions.ts";
import { Wakes } from "./wakes.ts";
import { EMPTY_MEMORY, saveMemory, type WatchMemory } from "./watch-memory.ts";
import { WatchedDevice } from "./watched-device.ts";

/** What a device says its hardware is: another one means that it was replaced. */
const HARDWARE = "serialNumber";

interface WatchRegistry {
  device(id: string): Device | undefined;
  /** Ids of the devices behind a gateway. */
  children(gatewayId: string): Iterable<string>;
}

export interface WatchOptions {
  readonly registry: WatchRegistry;
  readonly kinds: ReadonlyMap<string, DeviceKind>;
  readonly limits: InterpretLimits;
  /** In force until others are taken over. */
  readonly rules: RuleBook;
  readonly site: Site;
}

/** Where to go on: a checkpoint and the states and memories that belong to it. */
export interface WatchStart {
  readonly checkpoint: Pick<WatchCheckpoint, "sequence" | "time" | "memory"> | undefined;
  readonly states: readonly DeviceState[];
  readonly rules: readonly RuleMemory[];
}

/**
 * Decides what is true of every device: a pure function of the journal (and of the registry and the rules as they
 * stood). Time is the records' own; a timer fires when a record passes its due moment. However the records are cut into
 * batches, and wherever it is stopped and loaded again, states and transitions come out the same.
 */
export class Watch {
  private readonly options: WatchOptions;
  private readonly devices = new Map<string, WatchedDevice>();
  private readonly blindness: Blindness;
  private readonly wakes: Wakes;
  private readonly alerting: Alerting;
  private readonly drills: Drills;
  private readonly context;
  private now: number;
  private sequence: number;
  private effects = new WatchEffects();

  constructor(options: WatchOptions, start: WatchStart) {
    const { checkpoint } = start;
    const memory = checkpoint ? (JSON.parse(checkpoint.memory) as WatchMemory) : EMPTY_MEMORY;
    this.options = options;
    this.now = checkpoint?.time ?? 0;
    this.sequence = checkpoint?.sequence ?? 0;
    this.blindness = new Blindness(memory.blindness);
    this.wakes = new Wakes(this.blindness);
    this.alerting = new Alerting(options.rules, (transition) => this.effects.transitions.push(transition));
    this.drills = new Drills(memory.drills ?? [], (transition) => this.effects.transitions.push(transition));
    this.context = { ...options, memory: createDeviceMemory(memory.interpret) };
    const savedOf = savedRules(start.rules);
    for (const state of start.states) this.restore(state, memory, savedOf(state.deviceId));
  }

  /** The journal's time: the last record's. */
  get time(): number {
    return this.now;
  }

  get size(): number {
    return this.devices.size;
  }

  /** How often the rules of a device were asked. */
  get asked(): number {
    return this.alerting.asked;
  }

  /** Alerts that are open now, of rules in force, by id. */
  get openAlerts(): ReadonlyMap<string, Severity> {
    return this.alerting.open;
  }

  /**
   * Takes one record. False, and nothing has happened, when it is of a device that the registry does not have: look at
   * what changed there, then give it again with `final`.
   */
  apply(record: JournalRecord, final: boolean): boolean {
    const isMessage = (record.kind === "publish" || record.kind === "push") && !isInternal(record);
    const message = isMessage ? interpret(record, this.context) : undefined;
    if (!final && this.isOfStranger(record, message)) return false;
    this.sequence = record.sequence;
    this.pass(record);
    if (message !== undefined) this.onMessage(record, message);
    else if (record.kind === "push") this.onWord(record);
    else this.onSession(record);
    return true;
  }

  /** What came of it, once. */
  takeEffects(): WatchEffects {
    const { effects } = this;
    this.effects = new WatchEffects();
    return effects;
  }

  /** What has to be stored of the rules, and beside the states of these devices; once. */
  takeMemories(changed: Iterable<string>): RuleMemory[] {
    return this.alerting.takeMemories(changed, (id) => this.devices.get(id));
  }

  /** The device as it stands; `undefined` when it was never heard of. */
  state(deviceId: string): DeviceState | undefined {
    return this.devices.get(deviceId)?.toDeviceState();
  }

  deviceIds(): Iterable<string> {
    return this.devices.keys();
  }

  /** For the checkpoint, beside position, sequence and time. */
  memory(): string {
    const interpreted = this.context.memory.save(this.now);
    const rest = { blindness: this.blindness.save(), interpret: interpreted, rules: this.alerting.bookName };
    const drills = this.drills.save();
    return saveMemory(this.devices.values(), drills.length === 0 ? rest : { ...rest, drills });
  }

  /** The registry was reloaded: edited time-outs count from now on, retired devices are forgotten. */
  registryChanged(): void {
    for (const watched of this.inOrder()) {
      const { id } = watched.device;
      const device = this.options.registry.device(id);
      if (device === undefined || device.retiredAt !== null) {
        this.alerting.retired(watched, this.now);
        this.drills.retired(id, this.now);
        this.devices.delete(id);
      } else if (device !== watched.device) this.redeclare(watched, device);
    }
  }

  /** Other rules are in force from now on. */
  rulesChanged(book: RuleBook): void {
    this.alerting.takeOver(book);
    for (const watched of this.inOrder()) {
      this.alerting.judgeAnew(watched, this.now);
      this.wakes.scheduleRules(watched, this.now);
    }
  }

  /** Time goes on to a record: deadlines pass, unless it was us who heard nothing. */
  private pass({ kind, receivedAt: at }: JournalRecord): void {
    const pausedMs = this.now === 0 ? 0 : at - this.now;
    const wasBlind = this.blindness.pass(this.now, at);
    if (wasBlind) this.tellBlind(pausedMs, at);
    this.fireTimers(at);
    this.drills.pass(at);
    this.now = at;
    if (kind !== "start") return;
    this.onBrokerStart(at);
    if (!wasBlind && pausedMs > 0) this.tellBlind(pausedMs, at);
  }

  private isInService(deviceId: string): boolean {
    const device = this.options.registry.device(deviceId);
    return device !== undefined && device.retiredAt === null;
  }

  private tellBlind(gapMs: number, at: number): void {
    this.now = at;
    for (const watched of this.inOrder()) this.give(watched, { type: "blind", gapMs }, at);
  }

  private isOfStranger(record: JournalRecord, message: Interpretation | undefined): boolean {
    if (message !== undefined) return message.unknownDevice;
    if (record.kind !== "connect") return false;
    return this.options.registry.device(record.principal) === undefined;
  }

  private restore(state: DeviceState, memory: WatchMemory, saved: SavedRules): void {
    const { registry, kinds, site, rules } = this.options;
    const { deviceId } = state;
    const device = registry.device(deviceId);
    if (device === undefined || device.retiredAt !== null) {
      return this.alerting.retiredMeanwhile(deviceId, saved, this.now);
    }
    const parts = { state, device, memory, note: saved.note, rules: this.alerting.rulesFor(device), site };
    const watched = restoreDevice(parts, kinds);
    this.devices.set(deviceId, watched);
    this.alerting.restore(watched, saved, { at: this.now, bookChanged: memory.rules !== rules.name });
    if (saved.note?.version !== device.version) this.effects.changed.add(deviceId);
    this.wakes.wake(watched, this.now);
  }

  private onMessage(record: JournalRecord, message: Interpretation): void {
    const at = record.receivedAt;
    if (record.principal !== message.deviceId) this.signOfLife(record.principal, at);
    if (message.device === undefined) return;
    const watched = this.watched(message.device);
    this.effects.changed.add(message.deviceId);
    if (message.status === "offline") saidOffline(watched, at);
    else {
      this.keepRhythm(watched, at);
      this.change(watched, message.status === "sleeping" ? fellAsleep(watched, at) : heard(watched, at), at);
    }
    this.takeReadings(watched, message.readings, at);
    for (const event of message.events) this.give(watched, { type: "event", event }, at);
    const saysMore = message.readings.length > 0 || message.events.length > 0;
    if (!saysMore && message.status !== "offline") this.give(watched, { type: "alive" }, at);
    const { result, deviceId } = message;
    if (result !== undefined) this.effects.answered.push({ ...result, deviceId, at });
    if (message.status === "offline") this.wakes.wake(watched, this.now);
    else this.wakes.schedule(watched, this.now);
  }

  /** Values with one time are given together, when all of them are in place. */
  private takeReadings(watched: WatchedDevice, readings: readonly Reading[], at: number): void {
    for (let from = 0; from < readings.length; ) {
      const { observedAt, historical } = readings[from] as Reading;
      const together: TakenReading[] = [];
      let isReplaced = false;
      for (; from < readings.length; from++) {
        const reading = readings[from] as Reading;
        if (reading.observedAt !== observedAt || reading.historical !== historical) break;
        const before = reading.point === HARDWARE ? watched.points.get(HARDWARE)?.value : undefined;
        const newest = takeNewest(watched, reading, this.options.kinds);
        isReplaced ||= newest && before !== undefined && before !== reading.value;
        together.push({ reading, newest });
      }
      if (isReplaced) this.onReplaced(watched, at);
      this.give(watched, { type: "readings", readings: together }, at);
    }
  }

  private onReplaced(watched: WatchedDevice, at: number): void {
    watched.rhythm.forget();
    applyDeclaration(watched, watched.device, this.options.kinds);
    this.give(watched, { type: "replaced" }, at);
    this.wakes.wake(watched, at);
  }

  /** What a person says through the platform itself. */
  private onWord(record: JournalRecord): void {
    if (this.drills.take(record, (id) => this.isInService(id))) return;
    const ended = closedAlertOf(record.topic);
    if (ended !== undefined && this.drills.end(ended, record.principal, record.receivedAt)) return;
    const closing = closingOf(record);
    const watched = closing && this.devices.get(closing.deviceId);
    if (closing === undefined || watched === undefined) return;
    this.alerting.close(watched, closing, this.now);
    this.wakes.scheduleRules(watched, this.now);
  }

  private onSession(record: JournalRecord): void {
    const at = record.receivedAt;
    if (record.kind !== "connect" && record.kind !== "disconnect") return;
    const watched = this.known(record.principal);
    if (watched === undefined) return;
    if (record.kind === "connect") {
      openSession(watched, record.topic);
      for (const child of this.childrenOf(watched)) child.lostAt = undefined;
      this.signOfLife(record.principal, at);
      return;
    }
    const how = closeSession(watched, record.topic, record.payload);
    if (how === "closed") this.change(watched, left(watched), at);
    else if (how === "broken") {
      for (const lost of [watched, ...this.childrenOf(watched)]) {
        if (lost.sessions.size > 0) continue;
        lost.lostAt ??= at;
        this.wakes.wake(lost, at);
      }
    }
  }

  private onBrokerStart(at: number): void {
    this.effects.brokerStarted = true;
    this.blindness.startEpoch(at);
    for (const watched of this.devices.values()) {
      watched.sessions.clear();
      watched.lostAt = undefined;
    }
  }

  private signOfLife(deviceId: string, at: number): void {
    const watched = this.known(deviceId);
    if (watched === undefined) return;
    this.effects.changed.add(deviceId);
    this.keepRhythm(watched, at);
    this.change(watched, heard(watched, at), at);
    this.give(watched, { type: "alive" }, at);
    this.wakes.schedule(watched, this.now);
  }

  private keepRhythm(watched: WatchedDevice, at: number): void {
    if (!keepRhythm(watched, at, this.blindness)) return;
    applyDeclaration(watched, watched.device, this.options.kinds);
    this.wakes.wake(watched, at);
  }

  private known(deviceId: string): WatchedDevice | undefined {
    const device = this.options.registry.device(deviceId);
    return device === undefined || device.retiredAt !== null ? undefined : this.watched(device);
  }

  private watched(device: Device): WatchedDevice {
    const known = this.devices.get(device.id);
    if (known !== undefined) {
      if (known.device !== device) this.redeclare(known, device);
      return known;
    }
    const { site, kinds } = this.options;
    const watched = new WatchedDevice(device, { site, rules: this.alerting.rulesFor(device) });
    applyDeclaration(watched, device, kinds);
    this.devices.set(device.id, watched);
    this.effects.changed.add(device.id);
    this.alerting.begin(watched, this.now);
    this.wakes.scheduleRules(watched, this.now);
    return watched;
  }

  /** Takes over an edited registry entry. */
  private redeclare(watched: WatchedDevice, device: Device): void {
    const { version } = watched.device;
    applyDeclaration(watched, device, this.options.kinds);
    if (device.version !== version) {
      this.effects.changed.add(device.id);
      this.alerting.judgeAnew(watched, this.now);
    }
    this.wakes.wake(watched, this.now);
  }

  private *childrenOf(gateway: WatchedDevice): Iterable<WatchedDevice> {
    for (const id of this.options.registry.children(gateway.device.id)) {
      const child = this.devices.get(id);
      if (child !== undefined) yield child;
    }
  }

  /** By id, as after a restart. */
  private inOrder(): WatchedDevice[] {
    return [...this.devices.values()].sort((a, b) => (a.device.id < b.device.id ? -1 : 1));
  }

  private give(watched: WatchedDevice, signal: Signal, at: number): void {
    this.alerting.give(watched, signal, at);
    this.wakes.scheduleRules(watched, at);
  }

  private change(watched: WatchedDevice, change: ConnectionChange | undefined, at: number): void {
    if (change === undefined) return;
    const from = watched.connection;
    const { to, reason } = change;
    if (from === "offline") {
      for (const point of watched.points.values()) point.stale = at >= point.staleAt(this.blindness);
    }
    const deviceId = watched.device.id;
    watched.connection = to;
    watched.connectionSince = at;
    this.effects.changed.add(deviceId);
    this.effects.transitions.push({
      // one record causes each change of a device once at most, and a replay meets the same records
      key: `connection:${deviceId}:${this.sequence}:${to}`,
      type: "connection",
      deviceId,
      at,
      data: { from, to, reason },
    });
    this.give(watched, { type: "connection", from, to }, at);
  }

  private fireTimers(until: number): void {
    while (this.wakes.next <= until) {
      const due = this.wakes.next;
      const watched = this.wakes.pop((id) => this.devices.get(id));
      if (watched === undefined) continue;
      // what was due while we were blind has moved: nothing happens in that time
      const at = Math.max(due, this.now);
      this.now = at;
      const deadline = nextDeadline(watched, this.blindness);
      if (deadline !== undefined && deadline.due <= at) this.change(watched, deadline, at);
      if (!watched.isDown) this.markStale(watched, at);
      if ((watched.rules.due ?? at + 1) <= at) this.give(watched, { type: "due" }, at);
      this.wakes.wake(watched, at, true);
    }
  }

  private markStale(watched: WatchedDevice, at: number): void {
    for (const point of watched.markStale(at, this.blindness)) {
      this.effects.changed.add(watched.device.id);
      this.give(watched, { type: "stale", point }, at);
    }
  }
}
