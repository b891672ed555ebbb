import { describe, expect, it } from "vitest";
import { newDeviceSchema } from "./device.ts";

const device = { id: "lift-1", kind: "elevator", name: "1 号梯", placeId: "b-1" };

function problems(more: object): string[] {
  const { error } = newDeviceSchema.safeParse({ ...device, ...more });
  return (error?.issues ?? []).map(({ path, message }) => `${path.join(".")}: ${message}`);
}

describe("newDeviceSchema", () => {
  it("fills in what need not be said", () => {
    expect(newDeviceSchema.parse(device)).toEqual({
      ...device,
      gatewayId: null,
      units: {},
      extraPoints: {},
      offlineAfterMs: null,
      tags: {},
    });
  });

  it("takes extra points with their types", () => {
    const extraPoints = { "ball-bearing": { type: "number" }, phase: { type: "enum", values: ["a", "b"] } };
    expect(problems({ extraPoints })).toEqual([]);
  });

  it("refuses an extra point that would measure a person", () => {
    expect(problems({ extraPoints: { heartRate: { type: "number" } } })).toHaveLength(1);
    expect(problems({ extraPoints: { "patient.name": { type: "string" } } })).toHaveLength(1);
  });

  it("refuses an enum without values, a name with a slash, an unknown field", () => {
    expect(problems({ extraPoints: { phase: { type: "enum" } } })).toEqual([
      "extraPoints.phase.values: an enum needs its values",
    ]);
    expect(problems({ extraPoints: { "a/b": { type: "number" } } })).toHaveLength(1);
    expect(problems({ colour: "red" })).toHaveLength(1);
  });
});
