import { escalationSchema } from "@linli/model";
import { describe, expect, it } from "vitest";
import { withWrittenDurations } from "./rule-text.ts";

describe("a rule as text", () => {
  it("leaves numbers alone that only have the name of a length of time", () => {
    const written = withWrittenDurations({ params: { over: 8 }, levels: [{ for: 90_000, when: { above: 8 } }] });
    expect(written).toEqual({ params: { over: 8 }, levels: [{ for: "90s", when: { above: 8 } }] });
  });
});

describe("an escalation as text", () => {
  it("is the same when it is read again", () => {
    const targets = [{ desk: true as const }];
    const steps = [{ after: "5m", targets, by: "urgent" as const }];
    const stored = escalationSchema.parse({ id: "e", name: "E", steps, reminders: ["15m"] });
    expect(escalationSchema.parse(withWrittenDurations(stored))).toEqual(stored);
  });
});
