import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { conversionFor, convert, resolveUnit, SENDER_UNITS, UNIT_CODES } from "./units.ts";

describe("convert", () => {
  it.each([
    [32, "degF", "Cel", 0],
    [212, "°F", "Cel", 100],
    [-40, "fahrenheit", "Cel", -40],
    [73.96732207, "degF", "Cel", ((73.96732207 - 32) * 5) / 9],
    [273.15, "K", "Cel", 0],
    [300.15, "kelvin", "Cel", 27],
    [21.5, "°C", "Cel", 21.5],
    [1_234, "Wh", "kWh", 1.234],
    [1.5, "MWh", "kWh", 1_500],
    [3.6, "MJ", "kWh", 1],
    [0.29, "ratio", "%", 29],
    [0.07, "ratio", "%", 7],
    [1, "/", "%", 100],
    [400, "ppm", "%", 0.04],
    [30, "mA", "A", 0.03],
    [0.03, "A", "mA", 30],
    [1.1, "kW", "W", 1_100],
    [3_300, "mV", "V", 3.3],
    [101.325, "kPa", "Pa", 101_325],
    [1.01325, "bar", "Pa", 101_325],
    [1_013.25, "hPa", "Pa", 101_325],
    [15, "mm", "m", 0.015],
    [180, "cm", "m", 1.8],
    [1, "in", "mm", 25.4],
    [50, "lux", "lx", 50],
    [36, "km/h", "m/s", 10],
    [10, "m/s", "km/h", 36],
    [1, "gn", "m/s2", 9.80665],
    [90, "s", "min", 1.5],
    [50, "ug/m3", "mg/m3", 0.05],
    [120, "rpm", "1/s", 2],
    [990, "分", "CNY", 9.9],
    [Math.PI, "rad", "deg", 180],
  ])("%d %s = %s %d", (value, from, to, expected) => {
    expect(convert(value, from, to)).toBe(expected);
  });

  it("throws for units that do not convert", () => {
    expect(() => convert(1, "Cel", "kWh")).toThrow("no conversion from Cel to kWh");
  });
});

describe("conversionFor", () => {
  it.each([
    ["Cel", "%"],
    ["dB", "dBm"],
    ["Hz", "1/s"],
    ["mg/m3", "ppm"],
    ["1", "%"],
    ["Cel", "parsec"],
    ["parsec", "Cel"],
    ["", "Cel"],
  ])("knows no way from %s to %s", (from, to) => {
    expect(conversionFor(from, to)).toBeUndefined();
  });

  const ALL = [...UNIT_CODES, ...SENDER_UNITS];
  const pairs = ALL.flatMap((from) => ALL.map((to) => [from, to] as const)).filter(([a, b]) => conversionFor(a, b));

  it("goes there and back", () => {
    fc.assert(
      fc.property(fc.constantFrom(...pairs), fc.double({ min: -1e6, max: 1e6, noNaN: true }), ([from, to], value) => {
        const back = convert(convert(value, from, to), to, from);
        expect(Math.abs(back - value)).toBeLessThanOrEqual(1e-9 * Math.max(1_000, Math.abs(value)));
      }),
    );
  });

  it("keeps the order of values and never leaves the numbers", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...pairs),
        fc.tuple(fc.double({ min: -1e9, max: 1e9, noNaN: true }), fc.double({ min: -1e9, max: 1e9, noNaN: true })),
        ([from, to], [a, b]) => {
          const [low, high] = [convert(Math.min(a, b), from, to), convert(Math.max(a, b), from, to)];
          expect(Number.isFinite(low) && Number.isFinite(high)).toBe(true);
          expect(low).toBeLessThanOrEqual(high);
        },
      ),
    );
  });

  it("does not add digits to a decimal", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10_000 }), (n) => {
        expect(convert(n / 10_000, "ratio", "%")).toBe(n / 100);
        expect(convert(n, "Wh", "kWh")).toBe(n / 1_000);
      }),
    );
  });
});

describe("resolveUnit", () => {
  it("knows every code by its own name", () => {
    for (const code of [...UNIT_CODES, ...SENDER_UNITS]) expect(resolveUnit(code)).toBe(code);
  });

  it.each([
    ["℃", "Cel"],
    ["Celsius", "Cel"],
    ["DEGF", "degF"],
    [" °F ", "degF"],
    ["0–1", "ratio"],
    ["LUX", "lx"],
    ["µg/m³", "ug/m3"],
    ["%RH", "%"],
    ["km/hr", "km/h"],
    ["元", "CNY"],
  ])("%s is %s", (text, code) => {
    expect(resolveUnit(text)).toBe(code);
  });

  it("tells milli from mega", () => {
    expect(resolveUnit("mW")).toBe("mW");
    expect(resolveUnit("MW")).toBe("MW");
    expect(resolveUnit("Mw")).toBeUndefined();
  });
});
