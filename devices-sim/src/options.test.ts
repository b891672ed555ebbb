import { expect, it } from "vitest";
import { checkOptions, type Options, spanOf } from "./options.ts";

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 5, 8);
const plain: Options = { broker: "mqtt://nowhere", faults: [], habits: "none", speed: 1 };
const fieldsOf = (options: Partial<Options>) => {
  try {
    checkOptions({ ...plain, ...options });
    return [];
  } catch (error) {
    return (error as { problems: { field: string }[] }).problems.map(({ field }) => field);
  }
};

it("takes what belongs together and names all that does not", () => {
  expect(fieldsOf({ history: 7 * DAY, every: 300_000, thenLive: true, duration: DAY })).toEqual([]);
  expect(fieldsOf({ history: DAY, from: NOW - DAY })).toEqual([]);
  expect(fieldsOf({ every: 300_000, thenLive: true })).toEqual(["--every", "--then-live"]);
  expect(fieldsOf({ history: DAY, from: NOW, thenLive: true })).toEqual(["--from"]);
  expect(fieldsOf({ history: DAY, duration: DAY })).toEqual(["--duration"]);
});

it("lets a past end now, where it is told to begin, or in a present that moves on", () => {
  let now = NOW;
  const spanFor = (options: Partial<Options>) => spanOf({ ...plain, ...options }, DAY, () => now);
  const [ending, pinned, goingOn] = [spanFor({}), spanFor({ from: NOW - 3 * DAY }), spanFor({ thenLive: true })];
  now += 60_000;
  expect([ending.from, ending.until()]).toEqual([NOW - DAY, NOW]);
  expect([pinned.from, pinned.until()]).toEqual([NOW - 3 * DAY, NOW - 2 * DAY]);
  expect([goingOn.from, goingOn.until()]).toEqual([NOW - DAY, NOW + 60_000]);
  expect(() => spanFor({ from: NOW })).toThrow("future");
});
