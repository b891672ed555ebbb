import type { Device, DeviceKind, DeviceState } from "@linli/model";
import type { JournalRecord, Transition, WatchCheckpoint } from "@linli/stores";
import { createDeviceMemory, type Interpretation, type InterpretLimits, interpret } from "../interpret/index.ts";
import { Blindness } from "./blindness.ts";
import { type ConnectionChange, fellAsleep, heard, nextDeadline, saidOffline } from "./connection.ts";
import { applyDeclaration } from "./declared.ts";
import { takeNewest } from "./newest.ts";
import { restoreDevice } from "./restore.ts";
import { closeSession, openSession } from "./sessions.ts";
import { Timers } from "./timers.ts";
import { EMPTY_MEMORY, saveMemory, type WatchMemory } from "./watch-memory.ts";
import { markStale, newWatchedDevice, staleAt, toDeviceState, type WatchedDevice } from "./watched-device.ts";

interface WatchRegistry {
  device(id: string): Device | undefined;
  /** Ids of the devices behind a gateway. */
  children(gatewayId: string): Iterable<string>;
}

export interface WatchOptions {
  readonly registry: WatchRegistry;
  readonly kinds: ReadonlyMap<string, DeviceKind>;
  readonly limits: InterpretLimits;
}

/** Where to go on: a checkpoint and the states that belong to it. */
export interface WatchStart {
  readonly checkpoint: Pick<WatchCheckpoint, "sequence" | "time" | "memory"> | undefined;
  readonly states: readonly DeviceState[];
}

/** A device's answer to a command, to be recorded before the position moves past it. */
export interface AnsweredCommand {
  readonly commandId: string;
  readonly deviceId: string;
  readonly ok: boolean;
  readonly detail: string | null;
  readonly at: number;
}

/** What came of the records since it was last asked. */
export interface WatchEffects {
  readonly changed: ReadonlySet<string>;
  readonly transitions: readonly Transition[];
  readonly answered: readonly AnsweredCommand[];
  /** The broker began anew: what it keeps in memory is gone. */
  readonly brokerStarted: boolean;
}

/**
 * Decides what is true of every device: a pure function of the journal (and of the registry as it stood). Time is the
 * records' own; a timer fires when a record passes its due moment. However the records are cut into batches, and
 * wherever it is stopped and loaded again, states and transitions come out the same.
 */
export class Watch {
  private readonly options: WatchOptions;
  private readonly devices = new Map<string, WatchedDevice>();
  private readonly timers = new Timers();
  private readonly blindness: Blindness;
  private readonly context;
  private now: number;
  private sequence: number;
  private changed = new Set<string>();
  private transitions: Transition[] = [];
  private answered: AnsweredCommand[] = [];
  private brokerStarted = false;

  constructor(options: WatchOptions, start: WatchStart) {
    const { checkpoint } = start;
    const memory = checkpoint ? (JSON.parse(checkpoint.memory) as WatchMemory) : EMPTY_MEMORY;
    this.options = options;
    this.now = checkpoint?.time ?? 0;
    this.sequence = checkpoint?.sequence ?? 0;
    this.blindness = new Blindness(memory.blindness);
    this.context = { ...options, memory: createDeviceMemory(memory.interpret) };
    for (const state of start.states) this.restore(state, memory);
  }

  /** The journal's time: the last record's. */
  get time(): number {
    return this.now;
  }

  get size(): number {
    return this.devices.size;
  }

  /**
   * Takes one record. False, and nothing has happened, when it is of a device that the registry does not have: look at
   * what changed there, then give it again with `final`.
   */
  apply(record: JournalRecord, final: boolean): boolean {
    const message = record.kind === "publish" || record.kind === "push" ? interpret(record, this.context) : undefined;
    if (!final && this.isOfStranger(record, message)) return false;
    this.sequence = record.sequence;
    this.blindness.pass(this.now, record.receivedAt);
    this.fireTimers(record.receivedAt);
    this.now = record.receivedAt;
    if (message !== undefined) this.onMessage(record, message);
    else this.onSession(record);
    return true;
  }

  /** What came of it, once. */
  takeEffects(): WatchEffects {
    const { changed, transitions, answered, brokerStarted } = this;
    this.changed = new Set();
    this.transitions = [];
    this.answered = [];
    this.brokerStarted = false;
    return { changed, transitions, answered, brokerStarted };
  }

  /** The device as it stands; `undefined` when it was never heard of. */
  state(deviceId: string): DeviceState | undefined {
    const watched = this.devices.get(deviceId);
    return watched && toDeviceState(watched);
  }

  deviceIds(): Iterable<string> {
    return this.devices.keys();
  }

  /** For the checkpoint, beside position, sequence and time. */
  memory(): string {
    return saveMemory(this.devices.values(), this.blindness, this.context.memory.save(this.now));
  }

  /** The registry was reloaded: edited time-outs count from now on, retired devices are forgotten. */
  registryChanged(): void {
    for (const [id, watched] of this.devices) {
      const device = this.options.registry.device(id);
      if (device === undefined || device.retiredAt !== null) this.devices.delete(id);
      else if (device !== watched.device) {
        applyDeclaration(watched, device, this.options.kinds);
        this.wake(watched, this.now);
      }
    }
  }

  private isOfStranger(record: JournalRecord, message: Interpretation | undefined): boolean {
    if (message !== undefined) return message.unknownDevice;
    if (record.kind !== "connect") return false;
    return this.options.registry.device(record.principal) === undefined;
  }

  private restore(state: DeviceState, memory: WatchMemory): void {
    const { registry, kinds } = this.options;
    const device = registry.device(state.deviceId);
    if (device === undefined || device.retiredAt !== null) return;
    const watched = restoreDevice({ state, device, memory }, kinds);
    this.devices.set(device.id, watched);
    this.wake(watched, this.now);
  }

  private onMessage(record: JournalRecord, message: Interpretation): void {
    const at = record.receivedAt;
    if (record.principal !== message.deviceId) this.signOfLife(record.principal, at);
    if (message.device === undefined) return;
    const watched = this.watched(message.device);
    this.changed.add(message.deviceId);
    if (message.status === "offline") this.change(watched, saidOffline(watched), at);
    else if (message.status === "sleeping") this.change(watched, fellAsleep(watched, at), at);
    else this.change(watched, heard(watched, at), at);

    for (const reading of message.readings) {
      if (!takeNewest(watched, reading, this.options.kinds)) continue;
      // rules of (kind, point) are evaluated here, on what has just become the newest value; their timers join `wake`
    }
    const { result, deviceId } = message;
    if (result !== undefined) this.answered.push({ ...result, deviceId, at });
    this.schedule(watched);
  }

  private onSession(record: JournalRecord): void {
    const at = record.receivedAt;
    if (record.kind === "start") return this.onBrokerStart(at);
    if (record.kind !== "connect" && record.kind !== "disconnect") return;
    const watched = this.known(record.principal);
    if (watched === undefined) return;
    if (record.kind === "connect") {
      openSession(watched, record.topic);
      for (const child of this.childrenOf(watched)) child.lostAt = undefined;
      this.signOfLife(record.principal, at);
    } else if (closeSession(watched, record.topic, record.payload)) {
      for (const lost of [watched, ...this.childrenOf(watched)]) {
        if (lost.sessions.size > 0) continue;
        lost.lostAt = at;
        this.wake(lost, at);
      }
    }
  }

  private onBrokerStart(at: number): void {
    this.brokerStarted = true;
    this.blindness.startEpoch(at);
    for (const watched of this.devices.values()) {
      watched.sessions.clear();
      watched.lostAt = undefined;
    }
  }

  private signOfLife(deviceId: string, at: number): void {
    const watched = this.known(deviceId);
    if (watched === undefined) return;
    this.changed.add(deviceId);
    this.change(watched, heard(watched, at), at);
    this.schedule(watched);
  }

  private known(deviceId: string): WatchedDevice | undefined {
    const device = this.options.registry.device(deviceId);
    return device === undefined || device.retiredAt !== null ? undefined : this.watched(device);
  }

  private watched(device: Device): WatchedDevice {
    let watched = this.devices.get(device.id);
    if (watched === undefined) {
      watched = newWatchedDevice(device);
      applyDeclaration(watched, device, this.options.kinds);
      this.devices.set(device.id, watched);
    } else if (watched.device !== device) applyDeclaration(watched, device, this.options.kinds);
    return watched;
  }

  private *childrenOf(gateway: WatchedDevice): Iterable<WatchedDevice> {
    for (const id of this.options.registry.children(gateway.device.id)) {
      const child = this.devices.get(id);
      if (child !== undefined) yield child;
    }
  }

  private change(watched: WatchedDevice, change: ConnectionChange | undefined, at: number): void {
    if (change === undefined) return;
    const from = watched.connection;
    const { to, reason } = change;
    if (from === "offline") {
      for (const point of watched.points.values()) point.stale = at >= staleAt(point, this.blindness);
    }
    const deviceId = watched.device.id;
    watched.connection = to;
    watched.connectionSince = at;
    this.changed.add(deviceId);
    this.transitions.push({
      // one record causes each change of a device once at most, and a replay meets the same records
      key: `connection:${deviceId}:${this.sequence}:${to}`,
      type: "connection",
      deviceId,
      at,
      data: { from, to, reason },
    });
  }

  /** Sees to it that the device is looked at in time after a sign of life, which moves every deadline but later. */
  private schedule(watched: WatchedDevice): void {
    if (watched.wakeAt > this.now + watched.shortest) this.wake(watched, this.now);
  }

  private wake(watched: WatchedDevice, now: number): void {
    let due = nextDeadline(watched, this.blindness)?.due ?? Number.POSITIVE_INFINITY;
    for (const point of watched.connection === "offline" ? [] : watched.points.values()) {
      if (!point.stale) due = Math.min(due, staleAt(point, this.blindness));
    }
    due = Math.max(due, now);
    if (due >= watched.wakeAt) return;
    watched.wakeAt = due;
    this.timers.add(due, watched.device.id);
  }

  private fireTimers(until: number): void {
    while (this.timers.next <= until) {
      const entry = this.timers.pop();
      const watched = entry && this.devices.get(entry.id);
      // an entry that a sooner one has overtaken says nothing any more
      if (entry === undefined || watched === undefined || entry.due !== watched.wakeAt) continue;
      watched.wakeAt = Number.POSITIVE_INFINITY;
      this.now = entry.due;
      const deadline = nextDeadline(watched, this.blindness);
      if (deadline !== undefined && deadline.due <= entry.due) this.change(watched, deadline, entry.due);
      if (watched.connection !== "offline" && markStale(watched, entry.due, this.blindness)) this.changed.add(entry.id);
      this.wake(watched, entry.due);
    }
  }
}
