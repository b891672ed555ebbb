import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { days, hours } from "./duration.ts";
import { checkTimestamp, parseIsoTime } from "./timestamp.ts";

const RECEIVED = Date.UTC(2026, 4, 1, 12);
const RETENTION = days(90);
const check = (ts: unknown) => checkTimestamp(ts, RECEIVED, RETENTION);

describe("checkTimestamp", () => {
  it.each([
    ["now", RECEIVED],
    ["exactly 24 h ahead", RECEIVED + hours(24)],
    ["exactly as old as raw data is kept", RECEIVED - RETENTION],
  ])("accepts %s", (_, ts) => {
    expect(check(ts)).toEqual({ observedAt: ts });
    expect(check(String(ts))).toEqual({ observedAt: ts });
  });

  it.each([
    ["more than 24 h ahead", RECEIVED + hours(24) + 1, "future-timestamp"],
    ["microseconds", RECEIVED * 1_000, "future-timestamp"],
    ["older than raw retention", RECEIVED - RETENTION - 1, "past-timestamp"],
    ["seconds", RECEIVED / 1_000, "past-timestamp"],
    ["zero", 0, "past-timestamp"],
    ["nanoseconds, which a double cannot hold", RECEIVED * 1_000_000, "bad-timestamp"],
    ["a fraction", RECEIVED + 0.5, "bad-timestamp"],
    ["negative", -1, "bad-timestamp"],
    ["an ISO text", "2026-05-01T12:00:00Z", "bad-timestamp"],
    ["an exponent", "1.7e12", "bad-timestamp"],
    ["empty", "", "bad-timestamp"],
    ["nothing", undefined, "bad-timestamp"],
    ["null", null, "bad-timestamp"],
    ["true", true, "bad-timestamp"],
    ["not a number", Number.NaN, "bad-timestamp"],
  ])("refuses %s", (_, ts, reason) => {
    expect(check(ts)).toEqual({ reason });
  });

  it("accepts precisely the window", () => {
    fc.assert(
      fc.property(fc.integer({ min: -RETENTION - 1_000, max: hours(24) + 1_000 }), (distance) => {
        const inside = distance >= -RETENTION && distance <= hours(24);
        expect("observedAt" in check(RECEIVED + distance)).toBe(inside);
      }),
    );
  });
});

describe("parseIsoTime", () => {
  it.each([
    ["2026-05-01T12:00:00Z", RECEIVED],
    ["2026-05-01T20:00:00+08:00", RECEIVED],
    ["2026-05-01T20:00+0800", RECEIVED],
    ["2026-05-01T06:30:00-05:30", RECEIVED],
    ["2026-05-01T12:00:00.123456789Z", RECEIVED + 123],
    ["2026-05-01T12:00:00.5Z", RECEIVED + 500],
    ["2024-02-29T00:00:00Z", Date.UTC(2024, 1, 29)],
    ["1970-01-01T00:00:00Z", 0],
  ])("%s", (text, time) => {
    expect(parseIsoTime(text)).toBe(time);
  });

  it.each([
    "2024-02-24T22:20:38", // no zone: whose clock?
    "2026-05-01",
    "2026-05-01 12:00:00Z",
    "2025-02-29T00:00:00Z",
    "2026-04-31T00:00:00Z",
    "2026-13-01T00:00:00Z",
    "2026-00-01T00:00:00Z",
    "2026-05-00T00:00:00Z",
    "2026-05-01T24:00:00Z",
    "2026-05-01T12:60:00Z",
    "2026-05-01T12:00:60Z",
    "2026-05-01T12:00:00+15:00",
    "2026-05-01T12:00:00+08:60",
    "1969-12-31T23:59:59Z",
    "1970-01-01T00:00:00+08:00",
    "26-05-01T12:00:00Z",
    "",
  ])("refuses %j", (text) => {
    expect(parseIsoTime(text)).toBeUndefined();
  });

  it("reads every moment that a program writes", () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date(0), max: new Date("9999-12-31T23:59:59.999Z"), noInvalidDate: true }),
        (date) => {
          expect(parseIsoTime(date.toISOString())).toBe(date.getTime());
        },
      ),
    );
  });
});
