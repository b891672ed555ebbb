import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { days, durationSchema, formatDuration, hours, minutes, parseDuration, seconds } from "./duration.ts";

describe("durations", () => {
  it.each([
    ["500ms", 500],
    ["90s", 90_000],
    ["1.5s", 1_500],
    ["5m", 300_000],
    [" 24h ", 86_400_000],
    ["7d", 604_800_000],
    ["0s", 0],
  ])("%j is %d ms", (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it.each(["", "5", "m", "-5m", "5 m", "5min", "1h30m", "5M", ".5s", "1e3s"])("%j is none", (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });

  it.each([
    [0, "0ms"],
    [1_500, "1500ms"],
    [seconds(90), "90s"],
    [minutes(60), "1h"],
    [hours(36), "36h"],
    [days(7), "7d"],
  ])("%d ms is written %s", (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });

  it("come back from their text as they were", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e13 }), (ms) => {
        expect(parseDuration(formatDuration(ms))).toBe(ms);
      }),
    );
  });

  it("say what to write when a setting is none", () => {
    expect(durationSchema.parse("90s")).toBe(90_000);
    expect(durationSchema.safeParse("soon").error?.issues[0]?.message).toContain("such as 90s");
  });
});
