import { describe, expect, it } from "vitest";
import { kindDescription, kindDescriptionSchema } from "./kind-description.ts";
import { DEVICE_KINDS } from "./kinds/index.ts";

describe("kindDescription", () => {
  it.each([...DEVICE_KINDS.values()])("says all of $id in plain JSON", (kind) => {
    const description = kindDescription(kind);
    const overTheWire: unknown = JSON.parse(JSON.stringify(description));
    expect(kindDescriptionSchema.parse(overTheWire)).toEqual(description);
    expect(Object.keys(description.commands)).toEqual(Object.keys(kind.commands));
    expect(description.points).toEqual(kind.points);
  });

  it("gives forms what they need: bounds, defaults, labels", () => {
    const streetlight = DEVICE_KINDS.get("streetlight");
    if (!streetlight) throw new Error("no streetlight");
    const { args, twoPersons, expiresAfter } = kindDescription(streetlight).commands["setDimming"] ?? {};
    expect(args).toMatchObject({
      type: "object",
      required: ["level", "until"],
      additionalProperties: false,
      properties: {
        level: { type: "integer", minimum: 0, maximum: 100, label: { en: "Level (%)" } },
        fade: { type: "number", default: 0, label: { en: "Fade (s)" } },
        until: { type: "integer", label: { zh: "截止时间" } },
      },
    });
    expect({ twoPersons, expiresAfter }).toEqual({ twoPersons: false, expiresAfter: 900_000 });
  });
});
