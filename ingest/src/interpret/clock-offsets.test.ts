import { hours, minutes, seconds } from "@linli/model";
import { describe, expect, it } from "vitest";
import { contextOf, device, recorded } from "../testing/context.ts";
import { published } from "../testing/entries.ts";
import { createDeviceMemory, interpret } from "./index.ts";

const NOW = Date.UTC(2026, 0, 15);

/** A device that tells its temperature, by a clock that is off by so much. */
class Teller {
  context = contextOf(device("s1"));
  private sequence = 0;

  /** The times of its values by ours, as ms before reception; and what is told of its clock, in s. */
  tell(receivedAt: number, offsetMs: number, heldBackMs = 0): { age: number; told: unknown } {
    const payload = { ts: receivedAt + offsetMs - heldBackMs, values: { temperature: 20 } };
    const [record] = recorded([published("s1", receivedAt, payload)]);
    if (record === undefined) throw new Error("no record");
    const { readings } = interpret({ ...record, sequence: this.sequence++ }, this.context);
    const observedAt = readings.find(({ point }) => point === "temperature")?.observedAt ?? Number.NaN;
    return { age: receivedAt - observedAt, told: readings.find(({ point }) => point === "clockOffset")?.value };
  }

  /** One message every 30 s. */
  tellFor(from: number, to: number, offsetMs: number) {
    const all: ReturnType<Teller["tell"]>[] = [];
    for (let at = from; at < to; at += seconds(30)) all.push(this.tell(at, offsetMs));
    return all;
  }

  restart(at: number): void {
    const memory = createDeviceMemory(this.context.memory.save(at));
    this.context = { ...this.context, memory };
  }
}

describe("a clock that is wrong by the same time again and again", () => {
  it.each([
    ["ahead, after a minute", hours(8), 2],
    ["behind, after two hours: it may be the way that is slow", -hours(8), 240],
    ["by less than a time zone", minutes(20), 2],
  ])("%s", (_, offset, messages) => {
    const told = new Teller().tellFor(NOW, NOW + hours(2) + minutes(30), offset);
    expect(told[messages - 1]).toEqual({ age: -offset, told: undefined });
    expect(told[messages]).toEqual({ age: 0, told: offset / 1_000 });
    expect(told.slice(messages + 1).every(({ age }) => age === 0)).toBe(true);
  });

  it("is told every hour, and once when it is right again", () => {
    const teller = new Teller();
    const wrong = teller.tellFor(NOW, NOW + hours(3), hours(8));
    expect(wrong.filter(({ told }) => told === 28_800)).toHaveLength(3);
    const right = teller.tellFor(NOW + hours(3), NOW + hours(4), 0);
    expect(right.every(({ age }) => age === 0)).toBe(true);
    expect(right.map(({ told }) => told).filter((told) => told !== undefined)).toEqual([0]);
    expect(teller.tell(NOW + hours(5), hours(8)).age).toBe(-hours(8));
  });

  it("stays known over a restart, wanders, and counts for what was held back", () => {
    const teller = new Teller();
    teller.tellFor(NOW, NOW + minutes(5), hours(8));
    teller.restart(NOW + minutes(5));
    expect(teller.tell(NOW + minutes(5), hours(8)).age).toBe(0);
    expect(teller.tell(NOW + minutes(6), hours(8), hours(3)).age).toBe(hours(3));
    for (let n = 1; n <= 10; n++) {
      const { age } = teller.tell(NOW + minutes(6 + n), hours(8) + n * seconds(40));
      expect(Math.abs(age)).toBeLessThan(minutes(1));
    }
  });

  it("is learned anew when it is wrong otherwise", () => {
    const teller = new Teller();
    teller.tellFor(NOW, NOW + minutes(5), hours(8));
    const [first] = teller.tellFor(NOW + minutes(5), NOW + minutes(10), hours(9));
    expect(first?.age).toBe(-hours(9));
    expect(teller.tell(NOW + minutes(10), hours(9)).age).toBe(0);
  });
});

describe("no wrong clock", () => {
  it("one stamp from the future, or a few", () => {
    const teller = new Teller();
    teller.tell(NOW, hours(20));
    teller.tell(NOW + seconds(1), hours(20));
    expect(teller.tellFor(NOW + seconds(30), NOW + minutes(20), 0).every(({ told }) => told === undefined)).toBe(true);
    expect(teller.tell(NOW + minutes(20), hours(20)).age).toBe(-hours(20));
  });

  it("what was held back and comes in one go, or faster than it was measured", () => {
    const teller = new Teller();
    for (let n = 0; n < 200; n++) {
      const at = NOW + n * seconds(1);
      const { age, told } = teller.tell(at, 0, hours(2) - n * seconds(29));
      expect([age, told]).toEqual([hours(2) - n * seconds(29), undefined]);
    }
  });

  it("a message that is sent again and again", () => {
    const teller = new Teller();
    for (let n = 0; n < 60; n++) expect(teller.tell(NOW + minutes(n), 0, minutes(6 + n)).told).toBeUndefined();
  });
});

it("events of a device with a wrong clock have the right time too", () => {
  const teller = new Teller();
  teller.tellFor(NOW, NOW + minutes(5), hours(8));
  const at = NOW + minutes(6);
  const [record] = recorded([published("s1", at, { type: "tamper", ts: at + hours(8), data: {} }, "event")]);
  const found = record && interpret(record, teller.context);
  expect(found?.events.map(({ observedAt }) => observedAt)).toEqual([at]);
});
