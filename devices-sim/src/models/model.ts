import type { World } from "../world/world.ts";

/** Values of points as they are sent: lists are arrays, times epoch ms or ISO text. */
type Value = number | boolean | string | readonly (string | number)[];
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
  /** Devices that publish through it. */
  readonly children: number;
}

/** Something that bends a device's values for a time: a fault, or an order that was obeyed. */
export interface Effect {
  readonly from: number;
  readonly until: number;
  /** A later effect of the same name replaces it. */
  readonly name?: string;
  /** Changes `values` in place; called from `from` on, and after `until` for as long as it `fades`. */
  bend(values: Values, at: number): void;
  /** How long after `until` the effect still shows, ms. */
  readonly fades?: number;
}

/** What a device says to an order, and what comes of it. */
export interface Answer {
  readonly ok: boolean;
  readonly detail?: string;
  readonly effect?: Effect;
  /** Name of the effect that ends. */
  readonly clears?: string;
  readonly event?: DeviceEvent;
}

export type Args = Readonly<Record<string, unknown>>;

/** How one device behaves: everything it will ever say is a function of time. How often, its kind declares. */
export interface DeviceModel {
  /** Time between its periodic messages, ms. */
  readonly every: number;
  /** Points that are told together: when a state among them changes, the others come along, whatever their cadence. */
  readonly together?: ReadonlySet<string>;
  observe(at: number): Values;
  /** What happened after `from`, up to and including `to`, in order. */
  eventsBetween(from: number, to: number): readonly DeviceEvent[];
  /** The next moment after `at` when something worth telling at once may change; Infinity when nothing does. */
  nextChange(at: number): number;
  /** Obeys an order or says why not; absent or undefined = the order is acknowledged and done. */
  obey?(name: string, args: Args, at: number): Answer | undefined;
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
