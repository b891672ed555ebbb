import { hours, type Message, minutes, seconds } from "@linli/model";
import { describe, expect, it } from "vitest";
import { doubtAfter, givenUpAfter, pauseAfter } from "./patience.ts";

const message = (changes: Partial<Message>) =>
  ({ occasion: "opened", severity: "high", lifeSafety: false, ...changes }) as Message;
const critical = message({ severity: "critical" });

describe("patience", () => {
  it("grows with each attempt, less for what is critical, and has an end", () => {
    const pauses = [1, 2, 3, 50].map((attempts) => pauseAfter(attempts, message({})));
    expect(pauses).toEqual([5, 15, 30, 300].map(seconds));
    expect(pauseAfter(50, critical)).toBe(minutes(1));
  });

  it("is never shorter than the other side asks, within reason", () => {
    expect(pauseAfter(1, critical, seconds(40))).toBe(seconds(40));
    expect(pauseAfter(1, critical, hours(9_000))).toBe(hours(1));
  });

  it("sends again twice what may have been taken", () => {
    expect([1, 2, 3].map(doubtAfter)).toEqual([seconds(10), seconds(30), undefined]);
  });

  it("lasts longest for what is critical, and is short for what another one follows", () => {
    const reminder = givenUpAfter(message({ occasion: "reminder" }));
    expect(reminder).toBeLessThan(givenUpAfter(message({})));
    expect(givenUpAfter(message({}))).toBeLessThan(givenUpAfter(critical));
    // an end may be told for as long as a beginning
    expect(givenUpAfter(message({ occasion: "cleared" }))).toBe(givenUpAfter(message({})));
  });
});
