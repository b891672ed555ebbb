import { LinliError } from "@linli/model";
import { type Clock, createLogger } from "@linli/runtime";
import type { JournalEntry, JournalWriter } from "@linli/stores";
import { describe, expect, test } from "vitest";
import { JournalIntake } from "./journal-intake.ts";
import { Valve } from "./valve.ts";

/** A journal whose disk a test moves by hand, and an intake in front of it. */
function setUp() {
  const entries: { entry: JournalEntry; done: (error: Error | null) => void }[] = [];
  let now = 0;
  let writable = true;
  let refusals = 0;
  const valve = new Valve();
  const intake = new JournalIntake({
    journal: {
      append: (entry: JournalEntry, done: (error: Error | null) => void) => void entries.push({ entry, done }),
      health: () => ({ writable, appended: 0, bytes: 0, pendingBytes: 0 }),
    } as unknown as JournalWriter,
    clock: { monotonic: () => now } as Clock,
    log: createLogger("test", "silent"),
    receivedAt: () => 1_000 + now,
    valve,
    limits: { maxPendingBytes: 2_000, holdMs: 5_000 },
    refusing: () => refusals++,
  });
  const answers: string[] = [];
  const payload = new Uint8Array(10);
  return {
    intake,
    valve,
    answers,
    refusals: () => refusals,
    take: (name: string) =>
      intake.message("publish", "d", { topic: name, payload }, (error) => answers.push(error ? `no ${name}` : name)),
    /** The disk writes, or fails, all it was given; returns the topics. */
    disk(error: Error | null = null): string[] {
      const given = entries.splice(0);
      for (const { done } of given) done(error);
      return given.map(({ entry }) => entry.topic || entry.kind);
    },
    setWritable(value: boolean) {
      writable = value;
    },
    pass(ms: number) {
      for (const end = now + ms; now < end; ) {
        now += 100;
        intake.review();
      }
    },
    stall(ms: number) {
      now += ms;
      intake.review();
    },
  };
}

const full = new LinliError("unavailable", "disk full");

describe("the way into the journal", () => {
  test("an answer comes when the disk has it, not before", () => {
    const { take, disk, answers } = setUp();
    take("a");
    expect(answers).toEqual([]);
    disk();
    expect(answers).toEqual(["a"]);
  });

  test("at the cap the valve closes, at half of it it opens", () => {
    const { intake, take, disk, valve } = setUp();
    for (let n = 0; n < 8; n++) take(`m${n}`);
    expect(intake.pendingBytes).toBeGreaterThan(2_000);
    expect(valve.closed).toBe(true);
    disk();
    expect([valve.closed, intake.pendingBytes]).toEqual([false, 0]);
  });

  test("what the journal gives back waits, and keeps its place before what comes later", () => {
    const { take, disk, pass, setWritable, answers } = setUp();
    take("a");
    take("b");
    setWritable(false);
    disk(full);
    take("c");
    pass(1_000);
    expect(disk()).toEqual([]);
    setWritable(true);
    pass(100);
    expect(disk()).toEqual(["a", "b", "c"]);
    expect(answers).toEqual(["a", "b", "c"]);
  });

  test("after the hold everybody who waits is told no, until the journal takes something again", () => {
    const { intake, take, disk, pass, setWritable, answers, refusals } = setUp();
    take("a");
    setWritable(false);
    disk(full);
    intake.event("disconnect", "d", "session");
    pass(4_900);
    expect(answers).toEqual([]);
    pass(200);
    expect(answers).toEqual(["no a"]);
    take("b");
    expect([answers, refusals(), intake.accepting]).toEqual([["no a", "no b"], 1, false]);
    setWritable(true);
    intake.tick();
    disk();
    expect(intake.accepting).toBe(true);
    take("c");
    expect(disk()).toEqual(["session", "c"]);
    expect(answers.at(-1)).toBe("c");
  });

  test("a disk that answers nothing at all is no different", () => {
    const { take, pass, disk, refusals, valve, answers } = setUp();
    for (let n = 0; n < 8; n++) take(`m${n}`);
    pass(5_000);
    expect([refusals(), valve.closed]).toEqual([1, false]);
    disk();
    expect(answers).toHaveLength(8);
  });

  test("a process that stood still itself does not blame the journal", () => {
    const { take, stall, disk, refusals, answers } = setUp();
    take("a");
    stall(60_000);
    disk();
    expect([refusals(), answers]).toEqual([0, ["a"]]);
  });

  test("a refusal that needs no journal is answered in its turn", () => {
    const { intake, take, disk, answers } = setUp();
    take("a");
    intake.after(() => answers.push("denied"));
    take("b");
    expect(answers).toEqual([]);
    disk();
    expect(answers).toEqual(["a", "denied", "b"]);
  });
});
