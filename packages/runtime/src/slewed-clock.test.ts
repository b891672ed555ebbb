import { hours, seconds } from "@linli/model";
import { describe, expect, test } from "vitest";
import { createSlewedClock } from "./slewed-clock.ts";

const START = 1_700_000_000_000;

/** A wall clock and a monotonic clock that a test moves apart. */
function clocks() {
  let wall = START;
  let monotonic = 5_000;
  return {
    now: () => wall,
    monotonic: () => monotonic,
    pass(ms: number) {
      wall += ms;
      monotonic += ms;
    },
    step(ms: number) {
      wall += ms;
    },
  };
}

/** The time after each of `count` seconds. */
function readings(source: ReturnType<typeof clocks>, time: () => number, count: number): number[] {
  return Array.from({ length: count }, () => {
    source.pass(seconds(1));
    return time();
  });
}

const steps = (times: readonly number[]) => times.slice(1).map((time, n) => time - (times[n] as number));

describe("the slewed clock", () => {
  test("goes with the wall clock while that goes evenly", () => {
    const source = clocks();
    const time = createSlewedClock(source);
    expect(readings(source, time, 3)).toEqual([START + 1000, START + 2000, START + 3000]);
  });

  test.each([-hours(1), hours(1)])("a step of %i ms makes it neither stand still nor jump", (step) => {
    const source = clocks();
    const time = createSlewedClock(source);
    source.step(step);
    for (const passed of steps(readings(source, time, 100))) {
      expect(passed).toBeGreaterThan(900);
      expect(passed).toBeLessThan(1_100);
    }
  });

  test("comes back to the wall clock in the end", () => {
    const source = clocks();
    const time = createSlewedClock(source);
    source.step(-seconds(60));
    readings(source, time, 60 * 60);
    expect(time()).toBe(source.now());
  });

  test("believes a wall clock at once that was set for the first time", () => {
    const source = clocks();
    source.step(-START);
    const time = createSlewedClock(source);
    source.step(START);
    source.pass(10);
    expect(time()).toBe(source.now());
  });

  test("catches up at once with a wall clock that is further ahead than is waited for", () => {
    const source = clocks();
    const time = createSlewedClock(source, { believedAheadMs: seconds(5) });
    source.step(seconds(6));
    source.pass(10);
    expect(time()).toBe(source.now());
    source.step(-seconds(3_600));
    source.pass(10);
    expect(time()).toBeGreaterThan(source.now() + seconds(3_500));
  });

  test("never begins before what is already written", () => {
    const source = clocks();
    const time = createSlewedClock(source, { notBefore: START + seconds(30) });
    expect(time()).toBe(START + seconds(30));
    source.pass(seconds(1));
    expect(time()).toBeGreaterThan(START + seconds(30));
  });
});
