import { expect, it } from "vitest";
import type { Outgoing } from "./agent.ts";
import { createHabits, GENTLE, NONE } from "./habits.ts";
import { createNoise } from "./world/noise.ts";

const message = (at: number): Outgoing => ({
  deviceId: "a",
  channel: "telemetry",
  at,
  body: { values: { temperature: 21.5, state: "ok", bootAt: 1_700_000_000_000 } },
});
const START = Date.UTC(2026, 5, 1);
const fleet = (rates: typeof GENTLE) =>
  Array.from({ length: 400 }, (_, i) => createHabits(createNoise(1, `d${i}`), rates));

it("a tidy fleet sends everything once, at once, with its time", () => {
  for (const habits of fleet(NONE)) {
    expect(habits.shape(message(START))).toEqual({ ts: START, values: message(START).body.values });
    expect(habits.departures(message(START))).toEqual([0]);
    expect(habits.gap(START)).toBeUndefined();
  }
});

it("a real fleet has some wrong clocks, some without, some that write numbers as text", () => {
  const shaped = fleet(GENTLE).map((habits) => habits.shape(message(START)));
  const share = (test: (body: Record<string, unknown>) => boolean) => shaped.filter(test).length / shaped.length;
  expect(share(({ ts }) => ts === undefined)).toBeGreaterThan(0.01);
  expect(share(({ ts }) => ts === undefined)).toBeLessThan(0.1);
  expect(share(({ ts }) => ts !== undefined && ts !== START)).toBeGreaterThan(0.05);
  const texts = shaped.filter(({ values }) => (values as Record<string, unknown>).temperature === "21.5");
  expect(texts.length).toBeGreaterThan(2);
  expect(texts[0]?.values).toMatchObject({ bootAt: 1_700_000_000_000 });
});

it("repeats and delays at the rates it was given", () => {
  const habits = createHabits(createNoise(1, "d"), { ...NONE, duplicates: 0.2, reordered: 0.1 });
  const departures = Array.from({ length: 2_000 }, (_, i) => habits.departures(message(START + i * 60_000)));
  const share = (test: (delays: readonly number[]) => boolean) => departures.filter(test).length / departures.length;
  expect(share((delays) => delays.length === 2)).toBeCloseTo(0.2, 1);
  expect(share(([first = 0]) => first > 0)).toBeCloseTo(0.1, 1);
});

it("gaps are short enough that nobody is called", () => {
  const habits = createHabits(createNoise(1, "d"), { ...NONE, gaps: 1 });
  let inGap = 0;
  for (let at = START; at < START + 3_600_000; at += 1_000) {
    const until = habits.gap(at);
    if (until === undefined) continue;
    inGap++;
    expect(until).toBeGreaterThan(at);
  }
  expect(inGap).toBeGreaterThanOrEqual(59);
  expect(inGap).toBeLessThanOrEqual(121);
});
