import * as units from "@grafana/grafana-foundation-sdk/units";
import type { UnitCode } from "@linli/model";

/** Grafana's name of each of our units; where it has none, the text itself. */
const GRAFANA: Readonly<Record<UnitCode, string>> = {
  Cel: units.Celsius,
  "%": units.Percent,
  W: units.Watt,
  kWh: units.KiloWattHour,
  V: units.Volt,
  A: units.Ampere,
  mA: units.MilliAmpere,
  Hz: units.Hertz,
  lx: units.Lux,
  dB: units.Decibel,
  dBm: units.DecibelMilliWatt,
  ppm: units.PartsPerMillion,
  "ug/m3": units.MicrogramPerCubicMeter,
  "mg/m3": units.MilligramPerCubicMeter,
  m: units.Meter,
  mm: units.Millimeter,
  "m/s": units.MetersPerSecond,
  "km/h": units.KilometersPerHour,
  "mm/s": "suffix: mm/s",
  "m/s2": units.MetersSecSquared,
  s: units.Seconds,
  min: units.Minutes,
  h: units.Hours,
  d: units.Days,
  ms: units.Milliseconds,
  "1": units.Short,
  "1/s": "suffix: /s",
  "1/min": "suffix: /min",
  deg: units.Degrees,
  kcal: "suffix: kcal",
  CNY: "prefix:¥ ",
  px: units.Pixels,
  "kbit/s": units.KilobitsPerSecond,
  "Mbit/s": units.MegabitsPerSecond,
  g: units.Gram,
  kg: units.Kilogram,
  Pa: units.Pascals,
  l: units.Litre,
};

export function grafanaUnit(unit: UnitCode | undefined): string {
  return unit === undefined ? units.Short : GRAFANA[unit];
}
