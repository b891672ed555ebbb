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
    const journal = setUp();
    journal.take("a");
    expect(journal.answers).toEqual([]);
    journal.disk();
    expect(journal.answers).toEqual(["a"]);
  });

  test("at the cap the valve closes, at half of it it opens", () => {
    const journal = setUp();
    for (let n = 0; n < 8; n++) journal.take(`m${n}`);
    expect(journal.intake.pendingBytes).toBeGreaterThan(2_000);
    expect(journal.valve.closed).toBe(true);
    journal.disk();
    expect([journal.valve.closed, journal.intake.pendingBytes]).toEqual([false, 0]);
  });

  test("what the journal gives back waits, and keeps its place before what comes later", () => {
    const journal = setUp();
    journal.take("a");
    journal.take("b");
    journal.setWritable(false);
    journal.disk(full);
    journal.take("c");
    journal.pass(1_000);
    expect(journal.disk()).toEqual([]);
    journal.setWritable(true);
    journal.pass(100);
    expect(journal.disk()).toEqual(["a", "b", "c"]);
    expect(journal.answers).toEqual(["a", "b", "c"]);
  });

  test("after the hold everybody who waits is told no, until the journal takes something again", () => {
    const journal = setUp();
    journal.take("a");
    journal.setWritable(false);
    journal.disk(full);
    journal.intake.event("disconnect", "d", "session");
    journal.pass(4_900);
    expect(journal.answers).toEqual([]);
    journal.pass(200);
    expect(journal.answers).toEqual(["no a"]);
    journal.take("b");
    expect([journal.answers, journal.refusals(), journal.intake.accepting]).toEqual([["no a", "no b"], 1, false]);
    journal.setWritable(true);
    journal.intake.tick();
    journal.disk();
    expect(journal.intake.accepting).toBe(true);
    journal.take("c");
    expect(journal.disk()).toEqual(["session", "c"]);
    expect(journal.answers.at(-1)).toBe("c");
  });

  test("what is refused waits no more, however long it lasts", () => {
    const journal = setUp();
    journal.take("a");
    journal.setWritable(false);
    journal.disk(full);
    journal.pass(5_100);
    for (let tick = 0; tick < 10; tick++) {
      journal.intake.tick();
      journal.disk(full);
    }
    expect(journal.intake.pendingBytes).toBe(0);
  });

  test("a disk that answers nothing at all is no different", () => {
    const journal = setUp();
    for (let n = 0; n < 8; n++) journal.take(`m${n}`);
    journal.pass(5_000);
    expect([journal.refusals(), journal.valve.closed]).toEqual([1, false]);
    journal.disk();
    expect(journal.answers).toHaveLength(8);
  });

  test("a process that stood still itself does not blame the journal", () => {
    const journal = setUp();
    journal.take("a");
    journal.stall(60_000);
    journal.disk();
    expect([journal.refusals(), journal.answers]).toEqual([0, ["a"]]);
  });

  test("a refusal that needs no journal is answered in its turn", () => {
    const journal = setUp();
    journal.take("a");
    journal.intake.after(() => journal.answers.push("denied"));
    journal.take("b");
    expect(journal.answers).toEqual([]);
    journal.disk();
    expect(journal.answers).toEqual(["a", "denied", "b"]);
  });
});
