import type { DeviceEvent, DeviceModel, Effect, Values } from "../models/model.ts";

/** What a fault may look at while it bends. */
export interface FaultMoment {
  /** ms since it began. */
  readonly elapsed: number;
  /** ms since it ended; 0 while it lasts. */
  readonly over: number;
  readonly isOver: boolean;
  /** How long it lasts in all, ms. */
  readonly lasts: number;
  /** What the device said when it began. */
  readonly frozen: Readonly<Values>;
}

/** Something that goes wrong with a device of one kind. */
export interface FaultType {
  /** How long it lasts unless told otherwise, ms. */
  readonly lasts: number;
  bend?(values: Values, moment: FaultMoment): void;
  /** It shows for so long after its end, ms. */
  readonly fades?: number;
  /** What the device tells of it. */
  events?(from: number, frozen: Readonly<Values>): DeviceEvent[];
  /** When nothing comes through; `after` its begin, for `lasts` or to its end. `cut` = kept and told later, `mute` = lost. */
  readonly silences?: (
    lasts: number,
  ) => readonly { readonly after: number; readonly lasts: number; readonly how: "cut" | "mute" }[];
}

/** A fault at its place in time. */
export interface PlacedFault {
  readonly effect: Effect;
  readonly events: readonly DeviceEvent[];
  readonly silences: readonly { readonly from: number; readonly until: number; readonly how: "cut" | "mute" }[];
}

export function placeFault(type: FaultType, model: DeviceModel, from: number, lasts = type.lasts): PlacedFault {
  const until = from + lasts;
  const frozen = model.observe(from);
  return {
    effect: {
      from,
      until,
      ...(type.fades !== undefined && { fades: type.fades }),
      bend(values, at) {
        type.bend?.(values, { elapsed: at - from, over: Math.max(0, at - until), isOver: at >= until, lasts, frozen });
      },
    },
    events: (type.events?.(from, frozen) ?? []).filter(({ at }) => at <= until),
    silences: (type.silences?.(lasts) ?? []).map(({ after, lasts: length, how }) => ({
      from: from + after,
      until: Math.min(until, from + after + length),
      how,
    })),
  };
}

/** Copies what was said when the fault began: the device is stuck in that. */
export function keep(values: Values, frozen: Readonly<Values>, names: readonly string[]): void {
  for (const name of names) {
    const value = frozen[name];
    if (value !== undefined) values[name] = value;
  }
}

/** The number under a name, or `otherwise`. */
export function numberOf(values: Readonly<Values>, name: string, otherwise: number): number {
  const value = values[name];
  return typeof value === "number" ? value : otherwise;
}
