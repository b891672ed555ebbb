import { recurringWindowSchema } from "@linli/model";
import { describe, expect, it } from "vitest";
import { compileWindow } from "./recurring-window.ts";

const at = (text: string) => Temporal.Instant.from(text).epochMilliseconds;
const show = (stretch: { from: number; to: number } | undefined) =>
  stretch && [new Date(stretch.from).toISOString(), new Date(stretch.to).toISOString()];
const compile = (given: Record<string, string>) => compileWindow(recurringWindowSchema.parse(given));

describe("a window", () => {
  it("once: from its start, its end not included", () => {
    const window = compile({ start: "2026-11-23T22:00", duration: "2h", timeZone: "Asia/Shanghai" });
    expect(window.at(at("2026-11-23T13:59:59Z"))).toBeUndefined();
    expect(show(window.at(at("2026-11-23T14:00:00Z")))).toEqual([
      "2026-11-23T14:00:00.000Z",
      "2026-11-23T16:00:00.000Z",
    ]);
    expect(window.at(at("2026-11-23T16:00:00Z"))).toBeUndefined();
    expect(show(window.next(at("2026-11-01T00:00:00Z")))?.[0]).toBe("2026-11-23T14:00:00.000Z");
    expect(window.next(at("2026-11-23T14:00:00Z"))).toBeUndefined();
  });

  it("every Tuesday and Saturday night, over midnight", () => {
    const window = compile({
      start: "2026-11-03T23:00",
      duration: "3h",
      timeZone: "Asia/Shanghai",
      repeat: "FREQ=WEEKLY;BYDAY=TU,SA",
    });
    expect(show(window.at(at("2026-11-24T17:30:00Z")))?.[0]).toBe("2026-11-24T15:00:00.000Z");
    expect(window.at(at("2026-11-25T15:30:00Z"))).toBeUndefined();
    expect(show(window.next(at("2026-11-25T15:30:00Z")))?.[0]).toBe("2026-11-28T15:00:00.000Z");
  });

  it("keeps its local time through a change of the clock", () => {
    const window = compile({
      start: "2026-10-20T09:00",
      duration: "1h",
      timeZone: "Europe/Berlin",
      repeat: "FREQ=DAILY",
    });
    expect(show(window.at(at("2026-10-24T07:30:00Z")))?.[0]).toBe("2026-10-24T07:00:00.000Z");
    expect(show(window.at(at("2026-10-26T08:30:00Z")))?.[0]).toBe("2026-10-26T08:00:00.000Z");
  });

  it("at a local time that is skipped begins by the old offset; at one that comes twice, the first time", () => {
    const daily = (start: string) =>
      compile({ start, duration: "30m", timeZone: "Europe/Berlin", repeat: "FREQ=DAILY" });
    expect(show(daily("2026-03-25T02:30").at(at("2026-03-29T01:40:00Z")))?.[0]).toBe("2026-03-29T01:30:00.000Z");
    const twice = daily("2026-10-20T02:30");
    expect(show(twice.at(at("2026-10-25T00:40:00Z")))?.[0]).toBe("2026-10-25T00:30:00.000Z");
    expect(twice.at(at("2026-10-25T01:40:00Z"))).toBeUndefined();
  });

  it("that overlaps itself is the occurrence that ends last", () => {
    const window = compile({
      start: "2026-11-01T08:00",
      duration: "36h",
      timeZone: "UTC",
      repeat: "FREQ=DAILY",
    });
    expect(show(window.at(at("2026-11-03T10:00:00Z")))?.[0]).toBe("2026-11-03T08:00:00.000Z");
  });

  it.each([
    [{ timeZone: "Asia/Hangzhou" }, "time zone"],
    [{ repeat: "FREQ=SECONDLY" }, "RRULE"],
    [{ repeat: "FREQ=DAILY;BYDAY=XX" }, "no repetition"],
    [{ duration: "0s" }, "more than nothing"],
    [{ start: "2026-02-30T10:00" }, "no day"],
  ])("%j is refused", (wrong, why) => {
    const good = { start: "2026-11-01T08:00", duration: "1h", timeZone: "UTC", repeat: "FREQ=DAILY" };
    expect(() => compile({ ...good, ...wrong })).toThrow(why);
  });
});
