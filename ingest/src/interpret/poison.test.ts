import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { contextOf, device, recorded } from "../testing/context.ts";
import { entry, published } from "../testing/entries.ts";
import { type Interpretation, interpret } from "./index.ts";

const NOW = Date.UTC(2026, 0, 15);
const FOLDER = join(import.meta.dirname, "testdata", "poison");

/** What each file of the folder must come to: letters as `reason field`, and the good values that stay. */
const EXPECTED: Readonly<Record<string, { letters: string[]; kept?: Record<string, unknown> }>> = {
  "empty.bin": { letters: ["empty "] },
  "garbage.bin": { letters: ["not-utf8 "] },
  "invalid-utf8.bin": { letters: ["not-utf8 "] },
  "byte-order-mark.bin": { letters: ["not-json "] },
  "nul.bin": { letters: ["not-json "] },
  "truncated.bin": { letters: ["not-json "] },
  "deep-array.bin": { letters: ["not-an-object [0]", "too-deep "] },
  "deep-value.bin": { letters: ["not-a-number temperature"], kept: { humidity: 40 } },
  "huge-number.bin": { letters: ["not-finite temperature"], kept: { humidity: 40 } },
  "beyond-2-53.bin": { letters: ["not-an-integer boots"], kept: { humidity: 40 } },
  "proto.bin": { letters: ["bad-point-name __proto__", "bad-point-name constructor"], kept: { humidity: 40 } },
  "line-protocol.bin": { letters: ["bad-point-name temperature 21,x=1\nother value=9"], kept: { humidity: 40 } },
  "number.bin": { letters: ["not-an-object "] },
  "text.bin": { letters: ["not-an-object "] },
  "null.bin": { letters: ["not-an-object "] },
  "array-of-numbers.bin": { letters: ["not-an-object [0]", "not-an-object [1]", "not-an-object [2]"] },
  "empty-array.bin": { letters: ["empty "] },
  "null-value.bin": { letters: ["null-value temperature"], kept: { humidity: 40 } },
  "nested-value.bin": { letters: ["not-a-number temperature"], kept: { humidity: 40 } },
  "escaped-nul.bin": { letters: ["not-text firmwareVersion"], kept: { humidity: 40 } },
  "heart-rate.bin": { letters: ["personal-data heartRate", "not-a-number temperature"], kept: { humidity: 40 } },
  "seconds.bin": { letters: ["past-timestamp ts"] },
  "far-future.bin": { letters: ["future-timestamp ts"] },
  "ts-text.bin": { letters: ["bad-timestamp ts"] },
};

function outcome(found: Interpretation) {
  const letters = found.deadLetters.map(({ reason, field }) => `${reason} ${field}`);
  const kept = Object.fromEntries(found.readings.map(({ point, value }) => [point, value]));
  return { letters, kept };
}

test("the folder and the table name the same cases", () => {
  expect(readdirSync(FOLDER).toSorted()).toEqual(Object.keys(EXPECTED).toSorted());
});

test.each(Object.entries(EXPECTED))("%s", (file, { letters, kept = {} }) => {
  const context = contextOf(device("s1", { extraPoints: { boots: { type: "integer" } } }));
  const payload = readFileSync(join(FOLDER, file));
  const [poison, neighbour] = recorded([published("s1", NOW, payload), published("s1", NOW + 1, { humidity: 41 })]);
  if (!poison || !neighbour) throw new Error("two records");
  expect(outcome(interpret(poison, context))).toEqual({ letters, kept });
  expect(outcome(interpret(neighbour, context))).toEqual({ letters: [], kept: { humidity: 41 } });
});

test("a megabyte of JSON in any form ends in few letters, with its bytes", () => {
  const many = Object.fromEntries(Array.from({ length: 50_000 }, (_, index) => [`made.up${index}`, index]));
  const forms = [{ temperature: "x".repeat(1_000_000) }, many, Array.from({ length: 200_000 }, () => 1)];
  for (const form of forms) {
    const payload = Buffer.from(JSON.stringify(form)).subarray(0, 1 << 20);
    const [record] = recorded([published("s1", NOW, payload)]);
    const { deadLetters } = interpret(record as never, contextOf(device("s1")));
    expect(deadLetters.length).toBeGreaterThan(0);
    expect(deadLetters.length).toBeLessThanOrEqual(65);
    const bytes = deadLetters.reduce((sum, letter) => sum + letter.payload.length, 0);
    expect(bytes).toBe(payload.length);
  }
});

test("more than a megabyte is not even parsed", () => {
  const [record] = recorded([published("s1", NOW, `{"humidity":40}${" ".repeat(1 << 20)}`)]);
  expect(outcome(interpret(record as never, contextOf(device("s1")))).letters).toEqual(["too-large "]);
});

test("personal data leaves no trace: neither the value nor the message's bytes", () => {
  const [record] = recorded([published("s1", NOW, { heartRate: 88, humidity: "wet", temperature: 20 })]);
  const { deadLetters, readings } = interpret(record as never, contextOf(device("s1")));
  expect(readings.map(({ point }) => point)).toEqual(["temperature"]);
  expect(deadLetters.map(({ payload }) => payload.length)).toEqual([0, 0]);
  expect(JSON.stringify(deadLetters)).not.toContain("88");
});

test("a topic that is none of ours, and a device that nobody registered", () => {
  const [stray, stranger] = recorded([
    entry("publish", NOW, { principal: "s1", topic: "linli/v1/elsewhere", payload: {} }),
    published("s2", NOW, { temperature: 20 }),
  ]);
  const context = contextOf(device("s1"));
  expect(outcome(interpret(stray as never, context)).letters).toEqual(["unknown-topic "]);
  const found = interpret(stranger as never, context);
  expect(outcome(found).letters).toEqual(["unknown-device "]);
  expect(found.unknownDevice).toBe(true);
});
