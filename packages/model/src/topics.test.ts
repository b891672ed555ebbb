import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ID_PATTERN } from "./id.ts";
import { formatTopic, parseTopic, type Topic } from "./topics.ts";

const id = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/);
const topic: fc.Arbitrary<Topic> = fc.oneof(
  fc.record({ type: fc.constantFrom("telemetry", "event", "status", "state"), deviceId: id }),
  fc.record({ type: fc.constantFrom("command", "command-result"), deviceId: id, commandId: id }),
  fc.record({ type: fc.constant("alert" as const), alertId: fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,159}$/) }),
  fc.record({ type: fc.constantFrom("own-telemetry", "own-attributes") }),
);

describe("topics", () => {
  it("come back from their text as they were", () => {
    fc.assert(
      fc.property(topic, (each) => {
        expect(parseTopic(formatTopic(each))).toEqual(each);
      }),
    );
  });

  it("are written in one way only", () => {
    const level = fc.oneof(
      id,
      fc.constantFrom("linli", "v1", "devices", "me", "telemetry", "commands", "result", "state", ""),
    );
    fc.assert(
      fc.property(fc.array(level, { maxLength: 8 }), (levels) => {
        const text = levels.join("/");
        const parsed = parseTopic(text);
        if (parsed) expect(formatTopic(parsed)).toBe(text);
      }),
    );
  });

  it.each([
    ["linli/v1/devices/lift-1/telemetry", { type: "telemetry", deviceId: "lift-1" }],
    ["linli/v1/devices/lift-1/commands/c1", { type: "command", deviceId: "lift-1", commandId: "c1" }],
    ["linli/v1/devices/lift-1/commands/c1/result", { type: "command-result", deviceId: "lift-1", commandId: "c1" }],
    ["v1/devices/me/telemetry", { type: "own-telemetry" }],
  ])("%s", (text, parsed) => {
    expect(parseTopic(text)).toEqual(parsed);
  });

  it.each([
    "",
    "linli",
    "linli/v1/devices",
    "linli/v1/devices/",
    "linli/v1/devices/lift-1",
    "linli/v1/devices/lift-1/",
    "linli/v1/devices//telemetry",
    "linli/v1/devices/+/telemetry",
    "linli/v1/devices/#",
    "linli/v1/devices/lift-1/telemetry/",
    "linli/v1/devices/lift-1/telemetry/x",
    "linli/v1/devices/lift-1/Telemetry",
    "linli/v1/devices/lift-1/commands",
    "linli/v1/devices/lift-1/commands/c1/results",
    "linli/v1/devices/lift-1/commands/c1/result/x",
    "linli/v1/devices/-lift/telemetry",
    `linli/v1/devices/${"x".repeat(65)}/telemetry`,
    "linli/v1/state/",
    "linli/v1/state/a/b",
    "linli/v1/alerts/+",
    "v1/devices/me/attributes/request/1",
    "$SYS/broker/uptime",
    "/linli/v1/devices/lift-1/telemetry",
  ])("%j is none of ours", (text) => {
    expect(parseTopic(text)).toBeUndefined();
  });

  it("never yields an id that is none", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const parsed = parseTopic(`linli/v1/devices/${text}/telemetry`);
        if (parsed?.type === "telemetry") expect(parsed.deviceId).toMatch(ID_PATTERN);
      }),
    );
  });
});
