import { expect, test } from "vitest";
import { CommitPace } from "./commit-pace.ts";

const NOTHING = { transitions: false, states: false };
const STATES = { transitions: false, states: true };
const TRANSITIONS = { transitions: true, states: true };

function paceAfter(tookMs: number, bytes = 100): CommitPace {
  const pace = new CommitPace(0);
  pace.committed(0 - tookMs, 0, bytes);
  return pace;
}

test("a transition is committed at once, states every second, ticks alone every ten", () => {
  const pace = paceAfter(1);
  expect(pace.isDue(10, TRANSITIONS)).toBe(true);
  expect(pace.isDue(990, STATES)).toBe(false);
  expect(pace.isDue(1_000, STATES)).toBe(true);
  expect(pace.isDue(9_990, NOTHING)).toBe(false);
  expect(pace.isDue(10_000, NOTHING)).toBe(true);
});

test("an expensive commit is followed by a longer pause", () => {
  const pace = paceAfter(100);
  expect(pace.isDue(1_990, STATES)).toBe(false);
  expect(pace.isDue(2_000, STATES)).toBe(true);
});

test("a few transitions go out at once, however much a commit costs; many in a row leave the most of the time", () => {
  const pace = new CommitPace(0);
  let now = 0;
  const commits: number[] = [];
  for (; now < 20_000; now += 10) {
    if (!pace.isDue(now, TRANSITIONS)) continue;
    commits.push(now);
    pace.committed(now, now + 100, 0);
    now += 100;
  }
  expect(commits.slice(0, 5).map((at) => at <= 600)).toEqual([true, true, true, true, true]);
  const share = (100 * commits.length) / 20_000;
  expect(share).toBeGreaterThan(0.15);
  expect(share).toBeLessThan(0.2);
  expect(pace.isDue(now + 2_000, TRANSITIONS), "after a rest").toBe(true);
});

test("a large memory is written less often, ten seconds apart at most", () => {
  expect(paceAfter(1, 400_000).isDue(3_990, STATES)).toBe(false);
  expect(paceAfter(1, 400_000).isDue(4_000, STATES)).toBe(true);
  expect(paceAfter(60_000, 1e9).isDue(10_000, STATES)).toBe(true);
});
