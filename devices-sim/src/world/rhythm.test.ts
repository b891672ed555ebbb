import { expect, it } from "vitest";
import { createArrivals } from "./arrivals.ts";
import { createLocalTime } from "./local-time.ts";
import { createNoise } from "./noise.ts";
import { createPeople } from "./people.ts";

const HOUR = 3_600_000;
const people = createPeople(createLocalTime("Asia/Shanghai"));
const MONDAY = Date.parse("2026-06-01T00:00:00+08:00");

it("is the integral of its rate", () => {
  let sum = 0;
  for (let hour = 0; hour < 14 * 24; hour++) sum += people.lift.rate(MONDAY + hour * HOUR + 1);
  expect(people.lift.total(MONDAY + 14 * 24 * HOUR) - people.lift.total(MONDAY)).toBeCloseTo(sum, 6);
});

it("has a morning peak on workdays and none on Sundays", () => {
  expect(people.lift.rate(MONDAY + 7.5 * HOUR)).toBeGreaterThan(3 * people.lift.rate(MONDAY + (6 * 24 + 7.5) * HOUR));
});

it("counts arrivals exactly, however they are spread", () => {
  const options = { rhythm: people.lift, scale: 1, slotMs: 120_000, block: 16, reserved: 1 };
  const arrivals = createArrivals({ ...options, noise: createNoise(1, "a") });
  const first = arrivals.slotOf(MONDAY);
  let count = arrivals.before(first);
  const gaps = new Set<number>();
  let last = first;
  for (let slot = first; slot < first + 5_040; slot++) {
    expect(arrivals.before(slot)).toBe(count);
    if (!arrivals.comes(slot)) continue;
    count++;
    gaps.add(slot - last);
    last = slot;
  }
  const wanted = people.lift.total(MONDAY + 7 * 24 * HOUR) - people.lift.total(MONDAY);
  expect(Math.abs(count - arrivals.before(first) - wanted)).toBeLessThan(16);
  // random, not like clockwork
  expect(gaps.size).toBeGreaterThan(8);
});
