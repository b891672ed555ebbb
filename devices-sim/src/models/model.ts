import type { World } from "../world/world.ts";

/** Values of points as they are sent: lists are arrays, times epoch ms or ISO text. */
export type Value = number | boolean | string | readonly (string | number)[];
export type Values = Record<string, Value>;

export interface DeviceEvent {
  readonly at: number;
  readonly type: string;
  readonly data?: Readonly<Record<string, unknown>>;
}

/** What a model knows of its device. */
export interface DeviceInfo {
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  readonly gatewayId: string | null;
  readonly tags: Readonly<Record<string, string>>;
}

/** Something that bends a device's values for a time: a fault, or an order that was obeyed. */
export interface Effect {
  readonly from: number;
  readonly until: number;
  /** Changes `values` in place; called from `from` on, and after `until` as long as `fades`. */
  bend(values: Values, at: number): void;
  /** How long after `until` the effect still shows, ms. */
  readonly fades?: number;
}

export interface Answer {
  readonly ok: boolean;
  readonly detail?: string;
  readonly effect?: Effect;
  readonly event?: DeviceEvent;
}

/** How one device behaves: everything it will ever say is a function of time. */
export interface DeviceModel {
  /** Time between its periodic messages, ms. */
  readonly every: number;
  /** Points that are sent less often than `every`, ms. Numbers named in neither place are sent on change only. */
  readonly slower: Readonly<Record<string, number>>;
  /** Numbers that are sent when they change, like booleans and texts, and not with every message. */
  readonly onChange?: ReadonlySet<string>;
  observe(at: number): Values;
  /** What happened after `from`, up to and including `to`, in order. */
  eventsBetween(from: number, to: number): readonly DeviceEvent[];
  /** The next moment after `at` when something worth telling at once may change; Infinity when nothing does. */
  nextChange(at: number): number;
  /** Obeys an order or says why not; absent = every order of the kind is acknowledged and done. */
  obey?(name: string, args: Readonly<Record<string, unknown>>, at: number): Answer | undefined;
}

export type ModelFactory = (device: DeviceInfo, world: World) => DeviceModel;

export const SECOND = 1_000;
export const MINUTE = 60_000;
export const HOUR = 3_600_000;
export const DAY = 86_400_000;

export function round(value: number, digits: number): number {
  const scale = 10 ** digits;
  // + 0 turns the negative zero into zero
  return Math.round(value * scale) / scale + 0;
}

export function clamp(value: number, from: number, to: number): number {
  return Math.max(from, Math.min(to, value));
}
