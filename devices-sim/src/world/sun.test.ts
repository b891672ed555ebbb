import { describe, expect, it } from "vitest";
import { HANGZHOU } from "../fleet.ts";
import { createLocalTime } from "./local-time.ts";
import { createSun, HORIZON } from "./sun.ts";

const local = createLocalTime("Asia/Shanghai");
const sun = createSun(HANGZHOU, local);

// published tables for Hangzhou
const TABLE = [
  ["2026-03-20", "06:05", "18:11"],
  ["2026-06-21", "04:58", "19:04"],
  ["2026-09-23", "05:49", "17:56"],
  ["2026-12-21", "06:50", "17:01"],
] as const;

describe("dawn and dusk", () => {
  it.each(TABLE)("on %s the sun rises at %s and sets at %s, give or take 3 min", (date, rise, set) => {
    const noon = Date.parse(`${date}T12:00:00+08:00`);
    const passes = sun.passes(local.day(noon), HORIZON);
    expect(Math.abs((passes?.rise ?? 0) - Date.parse(`${date}T${rise}:00+08:00`))).toBeLessThan(180_000);
    expect(Math.abs((passes?.set ?? 0) - Date.parse(`${date}T${set}:00+08:00`))).toBeLessThan(180_000);
  });

  it("agrees with the elevation at the same moment, all year", () => {
    for (let day = local.day(Date.UTC(2026, 0, 1)); day < local.day(Date.UTC(2027, 0, 1)); day++) {
      const passes = sun.passes(day, -3.3);
      expect(sun.elevation(passes?.rise ?? 0)).toBeCloseTo(-3.3, 1);
      expect(sun.elevation(passes?.set ?? 0)).toBeCloseTo(-3.3, 1);
      expect(local.day(passes?.rise ?? 0)).toBe(day);
      expect(local.day(passes?.set ?? 0)).toBe(day);
    }
  });

  it("knows that there is no night in the polar summer", () => {
    const tromso = createSun({ latitude: 69.65, longitude: 18.96 }, createLocalTime("Europe/Oslo"));
    expect(tromso.passes(local.day(Date.UTC(2026, 5, 21)), HORIZON)).toBeUndefined();
  });
});
