import type { Fault, ProcessStatus } from "@linli/runtime";
import { describe, expect, it } from "vitest";
import { difference, NOTHING_SEEN, type Round, watch } from "./watchdog.ts";

const GIB = 2 ** 30;

function status(name: string, faults: readonly Fault[] = []): ProcessStatus {
  return { name, pid: 1, since: 0, rssBytes: 1, ready: true, faults, details: {} };
}

function round(now: number, change: Partial<Round> = {}): Round {
  return {
    now,
    statuses: { broker: status("broker"), ingest: status("ingest") },
    appended: now,
    disk: { freeBytes: 10 * GIB, reserveBytes: GIB },
    ...change,
  };
}

function run(rounds: readonly Round[]) {
  return rounds.reduce(watch, NOTHING_SEEN);
}

const codes = (memory: ReturnType<typeof run>) =>
  [...memory.faults.values()].map((fault) => `${fault.code} ${fault.subject}`);

describe("watchdog", () => {
  it("finds nothing wrong with processes that answer", () => {
    expect(codes(run([round(0), round(1_000), round(10_000)]))).toEqual([]);
  });

  it("calls a process down after three silent seconds, since the first missed answer", () => {
    const dead = { statuses: { broker: status("broker"), ingest: null } };
    const early = run([round(0), round(1_000, dead), round(3_000, dead)]);
    expect(codes(early)).toEqual([]);
    const late = watch(early, round(4_000, dead));
    expect([...late.faults.values()]).toMatchObject([{ code: "process.down", subject: "ingest", since: 1_000 }]);
    expect(difference(late, watch(late, round(5_000))).cleared).toMatchObject([{ subject: "ingest" }]);
  });

  it("forgives a single missed answer", () => {
    const dead = { statuses: { broker: null } };
    expect(codes(run([round(0), round(1_000, dead), round(2_000), round(5_000, dead)]))).toEqual([]);
  });

  it("notices a broker that answers but whose journal stands still", () => {
    const still = { appended: 7 };
    expect(codes(run([round(0, still), round(4_000, still)]))).toEqual([]);
    expect(codes(run([round(0, still), round(5_000, still)]))).toEqual(["broker.silent broker"]);
  });

  it("warns before the reserve is reached and raises when it is", () => {
    const disk = (freeBytes: number) => ({ disk: { freeBytes, reserveBytes: GIB } });
    expect(codes(run([round(0, disk(1.5 * GIB))]))).toEqual(["disk.low data folder"]);
    expect(codes(run([round(0, disk(GIB))]))).toEqual(["disk.full data folder"]);
  });

  it("passes on what a process says of itself, once, with its first moment", () => {
    const fault = { code: "series.unavailable", subject: "ingest", detail: "x", since: 400 };
    const sick = { statuses: { ingest: status("ingest", [fault]) } };
    const first = run([round(500, sick)]);
    const second = watch(first, round(1_500, { statuses: { ingest: status("ingest", [{ ...fault, detail: "y" }]) } }));
    expect([...second.faults.values()]).toMatchObject([{ code: "series.unavailable", detail: "y", since: 400 }]);
    expect(difference(first, second).raised).toEqual([]);
  });
});
