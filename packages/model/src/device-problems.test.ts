import { describe, expect, it } from "vitest";
import { deviceProblems } from "./device-problems.ts";
import { DEVICE_KINDS } from "./kinds/index.ts";

const check = (device: Partial<Parameters<typeof deviceProblems>[0]>) =>
  deviceProblems({ kind: "medicine-vending-machine", units: {}, extraPoints: {}, ...device }, DEVICE_KINDS).map(
    ({ field, message }) => `${field}: ${message}`,
  );

describe("deviceProblems", () => {
  it("finds nothing wrong with declarations that can be used", () => {
    expect(
      check({
        units: { batteryLevel: "ratio", "compartment.main.temperature": "°F", oilPressure: "kPa" },
        extraPoints: { oilPressure: { type: "number", unit: "Pa" }, phase: { type: "enum", values: ["a", "b"] } },
      }),
    ).toEqual([]);
  });

  it("names every wrong one", () => {
    expect(
      check({
        units: {
          batteryLevel: "Cel",
          "compartment.main.temperature": "warm",
          saleState: "%",
          oilPressure: "kPa",
        },
        extraPoints: {
          heartRate: { type: "number" },
          doorOpen: { type: "boolean" },
          phase: { type: "enum" },
        },
      }),
    ).toEqual([
      "extraPoints.heartRate: personal data is refused, whoever declares it",
      "extraPoints.doorOpen: the kind medicine-vending-machine declares it already",
      "extraPoints.phase: an enum needs its values",
      "units.batteryLevel: does not convert to %",
      "units.compartment.main.temperature: not a unit that is known; this point is kept in Cel",
      "units.saleState: this point has no unit",
      "units.oilPressure: neither the kind nor the device declares this point",
    ]);
  });

  it("knows no device without a kind", () => {
    expect(check({ kind: "toaster" })).toEqual([`kind: not a kind; one of ${[...DEVICE_KINDS.keys()].join(", ")}`]);
  });
});
