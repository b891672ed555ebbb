import type { Builder } from "@grafana/grafana-foundation-sdk/cog";
import {
  MappingType,
  type Threshold,
  type ThresholdsConfig,
  ThresholdsConfigBuilder,
  ThresholdsMode,
  type ValueMapping,
} from "@grafana/grafana-foundation-sdk/dashboard";
import { PercentUnit } from "@grafana/grafana-foundation-sdk/units";
import type { DeviceKind, Point } from "@linli/model";
import type { Say } from "../language.ts";
import { TEXTS } from "../texts.ts";
import { grafanaUnit } from "../units.ts";

/** Grey and colours of the web interface's states; a green that means nothing is avoided. */
export const COLOURS = { plain: "#7A847E", good: "#2A9D74", warn: "#B88300", bad: "#B8222A", calm: "#2B57A7" } as const;

/** A truth value averages to its share of time. */
export function unitOf({ type, unit }: Point): string {
  return type === "boolean" ? PercentUnit : grafanaUnit(unit);
}

/** Where the usual ends, for dashed lines. */
export function usualRange({ normal }: Point): Builder<ThresholdsConfig> {
  const steps: Threshold[] = [{ value: null, color: normal === undefined ? "transparent" : COLOURS.warn }];
  if (normal !== undefined) {
    const [low, high] = normal;
    steps.push({ value: low, color: "transparent" }, { value: high, color: COLOURS.warn });
  }
  return new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps(steps);
}

export function plainThresholds(color: string = COLOURS.plain): Builder<ThresholdsConfig> {
  return new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps([{ value: null, color }]);
}

/** Nothing to tell at 0, red from 1. */
export function badFromOne(): Builder<ThresholdsConfig> {
  return new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps([
    { value: null, color: COLOURS.plain },
    { value: 1, color: COLOURS.bad },
  ]);
}

/** Words for what is stored: members of an enum, 0 and 1. */
export function valueWords({ type, valueLabels, values }: Point, say: Say): ValueMapping[] {
  if (type === "boolean") {
    const options = { "0": { text: say(TEXTS.no), index: 0 }, "1": { text: say(TEXTS.yes), index: 1 } };
    return [{ type: MappingType.ValueToText, options }];
  }
  if (values === undefined) return [];
  const options = values.map((value, index) => {
    const label = valueLabels?.[value];
    return [value, { text: label === undefined ? value : say(label), index }] as const;
  });
  return [{ type: MappingType.ValueToText, options: Object.fromEntries(options) }];
}

/** A line is broken where a device was silent, and drawn on where the point is told rarely. */
export function brokenAfter(kind: DeviceKind, { cadence = 0 }: Point): number {
  return Math.max(kind.offlineAfter, cadence * 3);
}

/** Buckets narrower than what is sent would be mostly empty. */
export function intervalOf({ cadence = 0 }: Point, atLeastMs = 10_000): string {
  return `${Math.max(cadence, atLeastMs) / 1_000}s`;
}
