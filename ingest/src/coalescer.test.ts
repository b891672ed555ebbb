import type { Clock } from "@linli/runtime";
import { expect, test } from "vitest";
import { Coalescer } from "./coalescer.ts";

/** A clock that stands still until `pass` is called. */
function manualClock() {
  let now = 0;
  let turnMs = 1;
  const ticking: (() => void)[] = [];
  const clock: Clock = {
    now: () => now,
    monotonic: () => now,
    after: () => () => undefined,
    every: (ms, call) => {
      turnMs = ms;
      ticking.push(call);
      return () => ticking.splice(ticking.indexOf(call), 1);
    },
  };
  const pass = async (ms: number) => {
    for (const end = now + ms; now < end; ) {
      now += turnMs;
      for (const call of ticking) call();
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  return { clock, pass };
}

test("a device that changes often is sent once per turn, and many devices in pieces", async () => {
  const { clock, pass } = manualClock();
  const sent: (readonly string[])[] = [];
  const coalescer = new Coalescer({ share: 1, clock, send: async (ids) => void sent.push(ids) });
  coalescer.add(["a", "b", "a", "c"]);
  coalescer.add(["a"]);
  await pass(100);
  expect(sent).toEqual([["a", "b", "c"]]);
  coalescer.add(Array.from({ length: 1_200 }, (_, n) => `device-${n}`));
  await pass(1_000);
  expect(sent.slice(1).map((ids) => ids.length)).toEqual([500, 500, 200]);
});

test("a slow receiver is called once at a time and given rest, and what changes meanwhile waits", async () => {
  const { clock, pass } = manualClock();
  const sent: (readonly string[])[] = [];
  let answer: () => void = () => undefined;
  const send = (ids: readonly string[]) => {
    sent.push(ids);
    return new Promise<void>((resolve) => (answer = resolve));
  };
  const coalescer = new Coalescer({ share: 0.25, clock, send });
  coalescer.add(["a"]);
  await pass(40);
  coalescer.add(["b"]);
  await pass(500);
  expect(sent).toEqual([["a"]]);
  answer();
  await pass(1_000);
  expect(sent).toEqual([["a"]]);
  await pass(1_000);
  expect(sent).toEqual([["a"], ["b"]]);
});

test("nobody there: what waited is dropped, and the next try is a second later", async () => {
  const { clock, pass } = manualClock();
  let calls = 0;
  const send = () => {
    calls++;
    return Promise.reject(new Error("not there"));
  };
  const coalescer = new Coalescer({ share: 0.1, clock, send });
  coalescer.add(["a", "b", "c"]);
  await pass(500);
  expect(calls).toBe(1);
  coalescer.add(["d"]);
  await pass(400);
  expect(calls).toBe(1);
  await pass(300);
  expect(calls).toBe(2);
});
