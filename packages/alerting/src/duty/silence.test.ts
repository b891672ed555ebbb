import { hours, minutes, type Silence, silenceSchema } from "@linli/model";
import { describe, expect, it } from "vitest";
import { ALERT_AT, alertOf } from "../testing/alerts.ts";
import { deviceOf, worldOf } from "../testing/test-world.ts";
import { silenceOver } from "./silence.ts";
import { subjectOf } from "./subject.ts";

const devices = [
  deviceOf("elevator-07", "elevator", { placeId: "b3-u2", tags: { maker: "Otis" } }),
  deviceOf("elevator-08", "elevator", { placeId: "b4" }),
];

function silenceOf(changes: Partial<Silence>): Silence {
  return silenceSchema.parse({
    id: "s",
    match: { devices: ["elevator-07"] },
    from: ALERT_AT - hours(1),
    until: ALERT_AT + hours(1),
    reason: "repair",
    by: "an",
    createdAt: ALERT_AT - hours(1),
    ...changes,
  });
}

function hidden(silences: readonly Partial<Silence>[], alert = alertOf(), at = ALERT_AT): string | undefined {
  const world = worldOf({ devices, arrangements: { silence: silences.map(silenceOf) } });
  return silenceOver(subjectOf(alert, world), at, world)?.id;
}

describe("a silence", () => {
  it("hides from its start up to its end, which does not count", () => {
    expect(hidden([{}])).toBe("s");
    expect(hidden([{}], alertOf(), ALERT_AT - hours(1))).toBe("s");
    expect(hidden([{}], alertOf(), ALERT_AT + hours(1))).toBeUndefined();
    expect(hidden([{}], alertOf(), ALERT_AT - hours(1) - 1)).toBeUndefined();
  });

  it("that was ended early does not come back", () => {
    const ended = { endedAt: ALERT_AT - minutes(5) };
    expect(hidden([ended])).toBeUndefined();
    expect(hidden([ended], alertOf(), ALERT_AT - minutes(6))).toBe("s");
  });

  it("is a union with others: the one that ends last is named, and ending one ends no other", () => {
    const longer = { id: "long", until: ALERT_AT + hours(2) };
    expect(hidden([{}, longer])).toBe("long");
    expect(hidden([longer, {}])).toBe("long");
    expect(hidden([{}, { ...longer, endedAt: ALERT_AT }])).toBe("s");
  });

  it.each<[string, Silence["match"], boolean]>([
    ["its rule", { rules: ["lift.entrapment"] }, true],
    ["another rule", { rules: ["lift.entrapment.other"] }, false],
    ["its kind", { kinds: ["elevator"] }, true],
    ["another kind", { kinds: ["camera"] }, false],
    ["the building above its unit", { placeId: "b3" }, true],
    ["the building next to it", { placeId: "b4" }, false],
    ["its severity among others", { severities: ["high", "critical"] }, true],
    ["another severity", { severities: ["low"] }, false],
    ["a tag", { tags: { maker: "Otis" } }, true],
    ["a tag of another value", { tags: { maker: "Kone" } }, false],
    ["one part that fits and one that does not", { kinds: ["elevator"], placeId: "b4" }, false],
  ])("for %s", (_, match, expected) => {
    expect(hidden([{ match }]) !== undefined).toBe(expected);
  });

  it("hides an alert of a device that is gone by its id, not by a kind that nobody knows any more", () => {
    const gone = alertOf({ deviceId: "elevator-99" });
    expect(hidden([{ match: { devices: ["elevator-99"] } }], gone)).toBe("s");
    expect(hidden([{ match: { kinds: ["elevator"] } }], gone)).toBeUndefined();
  });
});

describe("a silence over life safety", () => {
  const alert = alertOf({ lifeSafety: true });
  const proper = { secondBy: "bo", until: ALERT_AT + hours(3) };

  it("takes one device, at most four hours and a second person", () => {
    expect(hidden([proper], alert)).toBe("s");
  });

  it.each<[string, Partial<Silence>]>([
    ["nobody else", { ...proper, secondBy: null }],
    ["the same person twice", { ...proper, secondBy: "an" }],
    ["a minute more than four hours", { ...proper, until: ALERT_AT + hours(3) + minutes(1) }],
    ["a second device", { ...proper, match: { devices: ["elevator-07", "elevator-08"] } }],
    ["a kind in place of a device", { ...proper, match: { kinds: ["elevator"] } }],
    ["a place in place of a device", { ...proper, match: { placeId: "b3-u2" } }],
    ["its rule in place of a device", { ...proper, match: { rules: ["lift.entrapment"] } }],
  ])("does not hide it with %s, and hides the rest all the same", (_, changes) => {
    expect(hidden([changes], alert)).toBeUndefined();
    expect(hidden([changes])).toBe("s");
  });
});
