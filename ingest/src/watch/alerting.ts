import { type AlertEffect, DeviceRules, type DeviceStep, RuleSet, type Signal } from "@linli/alerting";
import { type Alert, type Device, newDeviceSchema, type Severity } from "@linli/model";
import type { RuleMemory, Transition } from "@linli/stores";
import { DEVICE_NOTE, noteOf } from "./device-note.ts";
import { type RuleBook, ruleNamed } from "./rule-book.ts";
import type { SavedRules } from "./saved-rules.ts";
import { WatchedDevice } from "./watched-device.ts";

/** Whoever retires a device says so in the registry's own trail. */
const REGISTRY = "the registry";

/** The same after every replay. A rule in shadow speaks of itself by the rule's own name. */
function transitionOf({ alert, ...told }: AlertEffect, at: number): Transition {
  const { ruleId, shadow } = ruleNamed(alert.ruleId);
  return {
    key: `alert:${alert.id}:${told.change}:${at}:${alert.severity}`,
    type: shadow ? "shadow" : "alert",
    deviceId: alert.deviceId,
    at,
    data: { ...told, alert: { ...alert, ruleId } },
  };
}

/**
 * Gives what happens to a device to its rules, and keeps what comes of it: transitions at once, and which memories have
 * to be stored.
 */
export class Alerting {
  /** How often the rules of a device were asked. */
  asked = 0;
  /** Alerts that are open, by id; without those of rules in shadow. */
  readonly open = new Map<string, Severity>();
  private book: RuleBook;
  private readonly decided: (transition: Transition) => void;
  /** Rules, by device, whose memory is another one than what was stored. */
  private dirty = new Map<string, Set<string>>();

  constructor(book: RuleBook, decided: (transition: Transition) => void) {
    this.book = book;
    this.decided = decided;
  }

  get bookName(): string {
    return this.book.name;
  }

  rulesFor({ id, kind }: Device): DeviceRules {
    return new DeviceRules(this.book.set, kind, (engineId) => this.book.paramsOf(id, engineId));
  }

  /** It is watched from now on. */
  begin(watched: WatchedDevice, at: number): void {
    this.take(watched.device.id, watched.rules.begin({ view: watched, at }), at);
  }

  /** It goes on as it was stored. `bookChanged`: other rules were in force then. */
  restore(watched: WatchedDevice, saved: SavedRules, { at, bookChanged }: { at: number; bookChanged: boolean }): void {
    watched.note = saved.noteText;
    if (saved.note === undefined) return this.begin(watched, at);
    watched.rules.restore(saved.states, watched, at);
    for (const [engineId, { alert }] of saved.states) {
      if (alert?.active && !ruleNamed(engineId).shadow) this.open.set(alert.id, alert.severity);
    }
    if (bookChanged || saved.note.version !== watched.device.version) this.judgeAnew(watched, at);
  }

  give(watched: WatchedDevice, signal: Signal, at: number): void {
    this.take(watched.device.id, watched.rules.take(signal, { view: watched, at }), at);
  }

  /** A person closed this very episode; nothing happens while it is true, or when it is over already. */
  close(watched: WatchedDevice, closing: { alertId: string; ruleId: string; by: string; outcome: string }, at: number) {
    const { alertId, ruleId, by, outcome } = closing;
    if (watched.rules.state(ruleId)?.alert?.id !== alertId) return;
    this.take(watched.device.id, watched.rules.close(ruleId, { by, outcome }, { view: watched, at }), at);
  }

  /** Other rules are in force from now on; each device has to be judged by them. */
  takeOver(book: RuleBook): void {
    this.book = book;
  }

  /** The rules, or what the registry says of the device, are others. */
  judgeAnew(watched: WatchedDevice, at: number): void {
    const { set, changedBy } = this.book;
    this.take(watched.device.id, watched.rules.rulesChanged(set, changedBy, { view: watched, at }), at);
  }

  retired(watched: WatchedDevice, at: number): void {
    const { id } = watched.device;
    this.take(id, watched.rules.take({ type: "retired", by: REGISTRY }, { view: watched, at }), at);
    this.mark(id, DEVICE_NOTE);
  }

  /** It was retired while nobody looked: what was open ends, whatever rule it was of. */
  retiredMeanwhile(deviceId: string, { note, states }: SavedRules, at: number): void {
    if (note === undefined) return;
    const named = newDeviceSchema.parse({ id: deviceId, kind: "none", name: deviceId, placeId: "none" });
    const device: Device = { ...named, version: note.version, createdAt: 0, retiredAt: at };
    const rules = new DeviceRules(new RuleSet([]), device.kind);
    const watched = new WatchedDevice(device, { site: { timeZone: "UTC" }, rules });
    rules.restore(states, watched, at);
    this.retired(watched, at);
  }

  /** What has to be stored of the rules of these devices, and beside their states; once. */
  takeMemories(changed: Iterable<string>, watchedOf: (id: string) => WatchedDevice | undefined): RuleMemory[] {
    const memories: RuleMemory[] = [];
    for (const [deviceId, engineIds] of this.dirty) {
      const watched = watchedOf(deviceId);
      for (const ruleId of engineIds) {
        const state = watched?.rules.state(ruleId);
        memories.push({ deviceId, ruleId, state: state === undefined ? null : JSON.stringify(state) });
      }
    }
    this.dirty = new Map();
    for (const deviceId of changed) {
      const watched = watchedOf(deviceId);
      if (watched === undefined) continue;
      const note = JSON.stringify(noteOf(watched));
      if (note === watched.note) continue;
      watched.note = note;
      memories.push({ deviceId, ruleId: DEVICE_NOTE, state: note });
    }
    return memories;
  }

  private take(deviceId: string, { effects, changed }: DeviceStep, at: number): void {
    this.asked++;
    for (const engineId of changed) this.mark(deviceId, engineId);
    for (const effect of effects) {
      const transition = transitionOf(effect, at);
      this.decided(transition);
      if (transition.type === "alert") this.note(effect.alert);
    }
  }

  private note({ id, active, severity }: Alert): void {
    if (active) this.open.set(id, severity);
    else this.open.delete(id);
  }

  private mark(deviceId: string, engineId: string): void {
    const marked = this.dirty.get(deviceId);
    if (marked) marked.add(engineId);
    else this.dirty.set(deviceId, new Set([engineId]));
  }
}
