import { type Device, findPoint, type KindDescription, type Point, type PointState } from "@linli/model";
import type { TFunction } from "i18next";
import type { Formats } from "../i18n/format.ts";

type Declaration = Pick<Point, "type" | "unit" | "valueLabels"> & { readonly label?: Point["label"] | undefined };

/** What is declared of a point under the name it is sent: by the device, or by its kind, indexed ones included. */
export function declarationOf(
  kind: KindDescription | undefined,
  device: Device,
  name: string,
): Declaration | undefined {
  const extra = device.extraPoints[name];
  if (extra) return extra as Declaration;
  return kind && findPoint(kind, name);
}

/** A value with its unit, as text in the reader's language. */
export function valueText(
  state: PointState,
  declared: Declaration | undefined,
  formats: Formats,
  t: TFunction,
): string {
  const { value } = state;
  if (typeof value === "boolean") return t(value ? "value.yes" : "value.no");
  if (declared?.type === "time" && typeof value === "number") return formats.exact(value);
  if (typeof value === "string") {
    const label = declared?.valueLabels?.[value];
    return label ? formats.text(label) : value === "" ? t("value.missing") : value;
  }
  const unit = formats.unit(declared?.unit ?? "1");
  const gap = unit === "" || unit === "%" || unit === "°" ? "" : " ";
  return `${formats.number(value)}${gap}${unit}`;
}

/** The name of a point for people, with the index of an indexed one. */
export function pointLabel(name: string, declared: Declaration | undefined, formats: Formats): string {
  if (!declared?.label) return name;
  const index = name.split(".").slice(1, -1).join(" ");
  return index === "" ? formats.text(declared.label) : `${formats.text(declared.label)} ${index}`;
}

/** The few points that say most of a device at a glance: the kind's first ones that it has sent. */
export function headlinePoints(
  kind: KindDescription | undefined,
  points: Readonly<Record<string, PointState>>,
  most: number,
): string[] {
  return Object.keys(kind?.points ?? {})
    .filter((name) => name in points)
    .slice(0, most);
}
