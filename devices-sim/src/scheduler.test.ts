import { expect, it } from "vitest";
import { createScheduler } from "./scheduler.ts";
import { createFakeClock } from "./testing/fake-clock.ts";
import { createNoise } from "./world/noise.ts";

it("runs tasks in the order of their time, with one timer for all", () => {
  const clock = createFakeClock(1_000);
  const scheduler = createScheduler(clock);
  const noise = createNoise(1, "test");
  const ran: number[] = [];
  const times = Array.from({ length: 500 }, (_, i) => 1_000 + noise.int(0, 60_000, i));
  for (const at of times) scheduler.at(at, () => ran.push(at));
  expect(clock.timers).toBe(1);
  clock.advance(30_000);
  expect(ran).toEqual(times.filter((at) => at <= 31_000).toSorted((a, b) => a - b));
  clock.advance(40_000);
  expect(ran).toEqual(times.toSorted((a, b) => a - b));
  expect(scheduler.size).toBe(0);
});

it("runs what is late at once, and what a task adds", () => {
  const clock = createFakeClock(1_000);
  const scheduler = createScheduler(clock);
  const ran: string[] = [];
  scheduler.at(0, () => {
    ran.push("late");
    scheduler.at(1_500, () => ran.push("added"));
  });
  clock.advance(499);
  expect(ran).toEqual(["late"]);
  clock.advance(1);
  expect(ran).toEqual(["late", "added"]);
});

it("forgets everything when cleared", () => {
  const clock = createFakeClock(0);
  const scheduler = createScheduler(clock);
  scheduler.at(10, () => expect.unreachable());
  scheduler.clear();
  clock.advance(100);
  expect(clock.timers).toBe(0);
});
