import { setImmediate as settled } from "node:timers/promises";
import { LinliError } from "@linli/model";
import { beforeEach, expect, test } from "vitest";
import type { Fault } from "./app.ts";
import { patiently } from "./patiently.ts";
import { createFakeClock, type FakeClock } from "./testing/fake-clock.ts";

let clock: FakeClock;
let faults: Map<string, Fault>;
let stop: AbortController;

beforeEach(() => {
  clock = createFakeClock();
  faults = new Map();
  stop = new AbortController();
});

/** An attempt that meets these failures, one after the other, and then works. */
function meeting(...failures: LinliError[]) {
  const attempts: number[] = [];
  const attempt = async () => {
    attempts.push(clock.now());
    const failure = failures[attempts.length - 1];
    if (failure !== undefined) throw failure;
    return "done";
  };
  return { attempt, attempts };
}

function start(attempt: () => Promise<string>, random = () => 0) {
  const fault = { code: "series.unavailable", subject: "archive" };
  return patiently(attempt, { ...fault, clock, signal: stop.signal, faults, longestPauseMs: 30_000, random });
}

const down = new LinliError("unavailable", "connection refused");

test("pauses grow to the longest one and no further", async () => {
  const { attempt, attempts } = meeting(...Array<LinliError>(12).fill(down));
  const result = start(attempt);
  const pauses: (number | undefined)[] = [];
  while (attempts.length < 13) {
    await settled();
    pauses.push(clock.next);
    clock.advance(clock.next ?? 0);
    await settled();
  }
  expect(await result).toBe("done");
  expect(pauses).toEqual([100, 200, 400, 800, 1_600, 3_200, 6_400, 12_800, 25_600, 30_000, 30_000, 30_000]);
});

test("pauses differ from client to client, by half at most", async () => {
  const { attempt } = meeting(down);
  const result = start(attempt, () => 0.8);
  await settled();
  expect(clock.next).toBe(60);
  clock.advance(60);
  expect(await result).toBe("done");
});

test("a server that asks for a pause gets it, whole", async () => {
  const busy = new LinliError("unavailable", "503: too many writes", { retryAfterMs: 45_000 });
  const { attempt, attempts } = meeting(busy);
  const result = start(attempt, () => 1);
  await settled();
  expect(faults.get("series.unavailable")?.detail).toBe("503: too many writes (asked to wait 45 s)");
  clock.advance(44_999);
  await settled();
  expect(attempts).toHaveLength(1);
  clock.advance(200);
  expect(await result).toBe("done");
});

test("the fault says since when, what is met now, and goes when it works again", async () => {
  const { attempt } = meeting(down, new LinliError("unavailable", "401: token refused"));
  const began = clock.now();
  const result = start(attempt);
  await settled();
  clock.advance(100);
  await settled();
  expect([...faults.values()]).toEqual([
    { code: "series.unavailable", subject: "archive", detail: "401: token refused", since: began },
  ]);
  clock.advance(200);
  await result;
  expect(faults.size).toBe(0);
});

test("told to stop it does not wait the pause out", async () => {
  const { attempt, attempts } = meeting(new LinliError("unavailable", "busy", { retryAfterMs: 60_000 }), down);
  const result = start(attempt);
  await settled();
  stop.abort();
  expect(await result).toBeUndefined();
  expect(attempts).toHaveLength(1);
});

test("any other failure is passed on at once", async () => {
  const { attempt } = meeting(new LinliError("invalid", "not a database"));
  await expect(start(attempt)).rejects.toThrow("not a database");
  expect(faults.size).toBe(0);
});
