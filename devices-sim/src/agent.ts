import { DEVICE_KINDS, findPoint } from "@linli/model";
import type { DeviceEvent, DeviceInfo, DeviceModel, Effect, Values } from "./models/model.ts";

/** One message on its way up, before it is bytes. */
export interface Outgoing {
  readonly deviceId: string;
  readonly channel: "telemetry" | "event" | "status";
  /** When it was observed. */
  readonly at: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** One simulated device: decides what to say, and when to look again. */
export interface Agent {
  readonly info: DeviceInfo;
  readonly model: DeviceModel;
  /** Everything, as after a boot or a reconnect. */
  full(at: number): Outgoing[];
  /** What is due now: periodic points whose time has come, changes, events. */
  wake(at: number): Outgoing[];
  /** When to wake next. */
  next(at: number): number;
  /** Values at a moment, effects included. */
  observe(at: number): Values;
  /** Bends the device; replaces the effect of the same name. */
  add(effect: Effect): void;
  /** Ends the effect of that name. */
  clear(name: string): void;
  /** Tells `event` with the next wake. */
  tell(event: DeviceEvent): void;
}

export interface AgentOptions {
  readonly info: DeviceInfo;
  readonly model: DeviceModel;
  /** 0–1: where in its period this device speaks, so that a fleet does not speak in chorus. */
  readonly phase: number;
  /** Known beforehand: the faults of the time line. */
  readonly effects?: readonly Effect[];
  readonly events?: readonly DeviceEvent[];
  /** Overrides the model's period, ms. */
  readonly every?: number;
  /** Looks no more often than every so many ms: what changed and changed back in between is not told, events are. */
  readonly sparse?: number;
}

/** Effects that a command leaves behind are dropped when they are over; a device holds at most this many. */
const MAX_EFFECTS = 64;

function isSame(a: Values[string] | undefined, b: Values[string] | undefined): boolean {
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, index) => item === b[index]);
  return a === b;
}

export function createAgent(options: AgentOptions): Agent {
  const { info, model } = options;
  const every = options.every ?? Math.max(model.every, options.sparse ?? 0);
  const offset = options.phase * every;
  const effects: Effect[] = [...(options.effects ?? [])];
  const told: DeviceEvent[] = [...(options.events ?? [])].toSorted((a, b) => a.at - b.at);
  const sent = new Map<string, Values[string]>();
  const kind = DEVICE_KINDS.get(info.kind);
  const cadences = new Map<string, number | undefined>();
  let last = 0;

  const tick = (at: number, period: number) => Math.floor((at - offset) / period);

  function observe(at: number): Values {
    const values = model.observe(at);
    for (const effect of effects) {
      if (effect.from <= at && at < effect.until + (effect.fades ?? 0)) effect.bend(values, at);
    }
    return values;
  }

  /** How often the kind wants a point, ms; undefined = when it changes. */
  function cadenceOf(name: string): number | undefined {
    if (!cadences.has(name)) cadences.set(name, kind && findPoint(kind, name)?.cadence);
    return cadences.get(name);
  }

  function isDue(name: string, value: Values[string], at: number): boolean {
    const cadence = cadenceOf(name);
    const isState = cadence === undefined || typeof value !== "number";
    if (isState && !isSame(sent.get(name), value)) return true;
    if (cadence === undefined) return false;
    const period = options.every ?? Math.max(every, cadence);
    return tick(at, period) > tick(last, period);
  }

  /** Whether a state changed that others go along with. */
  function hasSwitched(values: Values): boolean {
    for (const name of model.together ?? []) {
      const isState = cadenceOf(name) === undefined || typeof values[name] !== "number";
      if (isState && !isSame(sent.get(name), values[name])) return true;
    }
    return false;
  }

  const telemetry = (at: number, values: Values): Outgoing => ({
    deviceId: info.id,
    channel: "telemetry",
    at,
    body: { values },
  });

  function events(at: number): Outgoing[] {
    const due = last === 0 ? [] : [...model.eventsBetween(last, at)];
    while (told[0] && told[0].at <= at) {
      const event = told.shift();
      if (event && (last === 0 ? at - event.at < every : true)) due.push(event);
    }
    return due
      .toSorted((a, b) => a.at - b.at)
      .map((event) => ({
        deviceId: info.id,
        channel: "event",
        at: event.at,
        body: { type: event.type, ...(event.data && { data: event.data }) },
      }));
  }

  function forgetPast(at: number): void {
    for (let index = effects.length - 1; index >= 0; index--) {
      const effect = effects[index];
      if (effect && effect.until + (effect.fades ?? 0) <= at) effects.splice(index, 1);
    }
  }

  function clear(name: string): void {
    const index = effects.findIndex((effect) => effect.name === name);
    if (index >= 0) effects.splice(index, 1);
  }

  return {
    info,
    model,
    observe,
    full(at) {
      const values = observe(at);
      for (const [name, value] of Object.entries(values)) sent.set(name, value);
      const messages = [...events(at), telemetry(at, values)];
      last = at;
      return messages;
    },
    wake(at) {
      if (last === 0 || at <= last) return last === 0 ? this.full(at) : [];
      const due: Values = {};
      const values = observe(at);
      const isSwitched = hasSwitched(values);
      for (const [name, value] of Object.entries(values)) {
        if (!isDue(name, value, at) && !(isSwitched && model.together?.has(name))) continue;
        due[name] = value;
        sent.set(name, value);
      }
      const messages = events(at);
      if (Object.keys(due).length > 0) messages.push(telemetry(at, due));
      last = at;
      forgetPast(at);
      return messages;
    },
    next(at) {
      let next = (tick(at, every) + 1) * every + offset;
      if (options.sparse === undefined) next = Math.min(next, model.nextChange(at));
      for (const { from, until } of effects) {
        if (from > at) next = Math.min(next, from);
        if (until > at) next = Math.min(next, until);
      }
      if (told[0]) next = Math.min(next, told[0].at);
      return Math.max(next, at + 1);
    },
    clear,
    add(effect) {
      if (effect.name !== undefined) clear(effect.name);
      if (effects.length >= MAX_EFFECTS) effects.shift();
      effects.push(effect);
    },
    tell(event) {
      told.push(event);
      told.sort((a, b) => a.at - b.at);
    },
  };
}
