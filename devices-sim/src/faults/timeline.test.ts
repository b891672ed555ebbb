import { LinliError } from "@linli/model";
import { expect, it } from "vitest";
import { checkFaults, parseShort, parseTimeline } from "./timeline.ts";

it("reads lists and one-liners", () => {
  const expected = [{ device: "lift-1", fault: "entrapment", after: 120_000, lasts: 600_000 }];
  expect(parseTimeline("- { at: +2m, device: lift-1, fault: entrapment, for: 10m }")).toEqual(expected);
  expect(parseTimeline("at +2m: { device: lift-1, fault: entrapment, for: 10m }")).toEqual(expected);
  expect(parseShort("entrapment@+2m/10m:lift-1")).toEqual(expected[0]);
});

it("reads moments with a zone", () => {
  expect(parseTimeline("- { at: '2026-06-01T08:00:00+08:00', device: a, fault: sos }")).toEqual([
    { device: "a", fault: "sos", at: Date.UTC(2026, 5, 1) },
  ]);
});

it("names everything that is wrong", () => {
  const read = () =>
    parseTimeline("- { at: soon, device: a, fault: sos, for: long }\n- { at: +1m, device: b, faullt: sos }");
  expect(read).toThrow(LinliError);
  try {
    read();
  } catch (error) {
    expect((error as LinliError).problems.map(({ field }) => field)).toEqual(
      expect.arrayContaining(["faults.0.at", "faults.0.for", "faults.1.fault"]),
    );
  }
  expect(() => parseShort("entrapment")).toThrow(/name@\+2m:device/);
});

it("says which faults a device knows", () => {
  const entries = [
    { device: "lamp", fault: "entrapment", after: 0 },
    { device: "moon", fault: "sos", after: 0 },
  ];
  try {
    checkFaults(entries, (id) => (id === "lamp" ? "streetlight" : undefined));
    expect.unreachable();
  } catch (error) {
    const [first, second] = (error as LinliError).problems;
    expect(first?.message).toContain("lampFailure, leakage, dayBurner");
    expect(second?.message).toBe("no such device in the fleet");
  }
});
