import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DEAD_LETTER_REASONS } from "./dead-letter.ts";
import { POINT_TYPES } from "./point.ts";
import { checkValue } from "./value.ts";

const good = (value: number | boolean | string) => ({ value, faulty: false });
const MODES = ["unknown", "normal", "outOfService"];

describe("checkValue: numbers", () => {
  it.each([
    [21.5, 21.5],
    ["21.5", 21.5],
    [" 15 ", 15],
    ["-3", -3],
    ["+4", 4],
    ["007.50", 7.5],
    ["1e3", 1_000],
    ["1.5E-3", 0.0015],
    [0, 0],
    [-0, 0],
    ["-0.0", 0],
    [Number.MAX_VALUE, Number.MAX_VALUE],
  ])("%j is %d", (raw, value) => {
    const checked = checkValue({ type: "number" }, raw);
    expect(checked).toEqual(good(value));
    expect(Object.is("value" in checked && checked.value, -0)).toBe(false);
  });

  it.each([
    "31. Jul",
    "0x10",
    "0b1",
    "",
    " ",
    "1,5",
    "1.",
    ".5",
    "1 2",
    "12 °C",
    "NaN",
    "Infinity",
    "--1",
    "1e",
    "٣",
    "1_000",
  ])("%j is no number", (raw) => {
    expect(checkValue({ type: "number" }, raw)).toEqual({ reason: "not-a-number" });
  });

  it.each([true, {}, [1], "9".repeat(65)].map((raw) => ({ raw })))("$raw is no number either", ({ raw }) => {
    expect(checkValue({ type: "number" }, raw)).toEqual({ reason: "not-a-number" });
  });

  it.each(["1e400", "-1e400", JSON.parse("1e400")])("%j is not finite", (raw) => {
    expect(checkValue({ type: "number" }, raw)).toEqual({ reason: "not-finite" });
  });

  it("keeps a value outside of the range and marks it", () => {
    const probe = { type: "number" as const, range: [-40, 60] satisfies [number, number] };
    expect(checkValue(probe, -40)).toEqual(good(-40));
    expect(checkValue(probe, "60")).toEqual(good(60));
    expect(checkValue(probe, 60.1)).toEqual({ value: 60.1, faulty: true });
    expect(checkValue(probe, -127)).toEqual({ value: -127, faulty: true });
  });

  it("reads back every finite number, as itself and as its text", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (number) => {
        const expected = good(number === 0 ? 0 : number);
        expect(checkValue({ type: "number" }, number)).toEqual(expected);
        expect(checkValue({ type: "number" }, String(number))).toEqual(expected);
      }),
    );
  });
});

describe("checkValue: integers", () => {
  it.each([
    [15, 15],
    ["15", 15],
    [15.0, 15],
    ["15.0", 15],
    [9_007_199_254_740_991, 9_007_199_254_740_991],
    ["-9007199254740991", -9_007_199_254_740_991],
  ])("%j is %d", (raw, value) => {
    expect(checkValue({ type: "integer" }, raw)).toEqual(good(value));
  });

  it.each([1.5, "1.5", 2 ** 53, "9007199254740993", -(2 ** 53), 1e300])("%j is none", (raw) => {
    expect(checkValue({ type: "integer" }, raw)).toEqual({ reason: "not-an-integer" });
  });
});

describe("checkValue: booleans", () => {
  it.each([true, 1, "true", "TRUE", "1", "on", "ON", " On ", "yes"])("%j is true", (raw) => {
    expect(checkValue({ type: "boolean" }, raw)).toEqual(good(true));
  });

  it.each([false, 0, "false", "False", "0", "off", "OFF", "no"])("%j is false", (raw) => {
    expect(checkValue({ type: "boolean" }, raw)).toEqual(good(false));
  });

  it.each([2, -1, 0.5, "", "open", "closed", "y", "01", {}, []].map((raw) => ({ raw })))(
    "$raw is neither",
    ({ raw }) => {
      expect(checkValue({ type: "boolean" }, raw)).toEqual({ reason: "not-a-boolean" });
    },
  );
});

describe("checkValue: enums", () => {
  it.each([
    ["normal", "normal"],
    ["NORMAL", "normal"],
    ["outofservice", "outOfService"],
  ])("%j is %s", (raw, value) => {
    expect(checkValue({ type: "enum", values: MODES }, raw)).toEqual(good(value));
  });

  it.each(["", "norma", "normal ", "out of service", 1, true, ["normal"]].map((raw) => ({ raw })))(
    "$raw is no member",
    ({ raw }) => {
      expect(checkValue({ type: "enum", values: MODES }, raw)).toEqual({ reason: "not-a-member" });
    },
  );

  it("has no members when none are declared", () => {
    expect(checkValue({ type: "enum" }, "normal")).toEqual({ reason: "not-a-member" });
  });
});

describe("checkValue: texts", () => {
  it.each(["", "B1", "5.5", "一层 🛗", "x".repeat(256)])("keeps %j", (raw) => {
    expect(checkValue({ type: "string" }, raw)).toEqual(good(raw));
  });

  it.each(["x".repeat(257), "a\u0000b", "a\nb", "\u001b[31m", "\u0085", "\ud800", 5, true, {}, ["a"]])(
    "refuses %j",
    (raw) => {
      expect(checkValue({ type: "string" }, raw)).toEqual({ reason: "not-text" });
    },
  );
});

describe("checkValue: times", () => {
  const at = Date.UTC(2026, 4, 1, 8, 30);

  it.each([at, String(at), "2026-05-01T08:30:00Z", " 2026-05-01T16:30+08:00 "])("%j is that moment", (raw) => {
    expect(checkValue({ type: "time" }, raw)).toEqual(good(at));
  });

  it.each(["2026-05-01T08:30:00", "2026-05-01", "2026-02-30T00:00:00Z", "yesterday", "", 1.5, -1, true, {}])(
    "%j is no time",
    (raw) => {
      expect(checkValue({ type: "time" }, raw)).toEqual({ reason: "not-a-time" });
    },
  );

  it("marks a moment outside of the plausible, such as one sent in seconds", () => {
    const range: [number, number] = [Date.UTC(1990, 0), Date.UTC(2100, 0)];
    expect(checkValue({ type: "time", range }, at / 1_000)).toEqual({ value: at / 1_000, faulty: true });
  });
});

describe("checkValue: lists", () => {
  it.each([
    [[], ""],
    [[7, 1, 16], "1,7,16"],
    [["7", 1, 7], "1,7"],
    [["b", " a ", "b"], "a,b"],
    [["10", "9", "a"], "10,9,a"],
    ["", ""],
    ["7, 1", "1,7"],
  ])("%j is stored as %j", (raw, value) => {
    expect(checkValue({ type: "list" }, raw)).toEqual(good(value));
  });

  it("puts members in their declared spelling and refuses others", () => {
    const declared = { type: "list" as const, values: ["positionLost", "startFailure"] };
    expect(checkValue(declared, ["STARTFAILURE", "positionLost"])).toEqual(good("positionLost,startFailure"));
    expect(checkValue(declared, ["positionLost", "gremlins"])).toEqual({ reason: "not-a-member" });
  });

  const refused = [5, true, {}, [1.5], [null], [["a"]], ["a,b"], ["a\nb"], Array.from({ length: 300 }, String)];
  it.each(refused.map((raw) => ({ raw })))("refuses $raw", ({ raw }) => {
    expect(checkValue({ type: "list" }, raw)).toEqual({ reason: "not-text" });
  });

  it("gives one text for one set, whatever its order, and reads its own text back", () => {
    const items = fc.uniqueArray(fc.stringMatching(/^[A-Za-z0-9_.-]{1,8}$/), { maxLength: 20 });
    fc.assert(
      fc.property(items, (list) => {
        const stored = checkValue({ type: "list" }, list);
        expect(checkValue({ type: "list" }, list.toReversed())).toEqual(stored);
        if ("value" in stored) expect(checkValue({ type: "list" }, stored.value)).toEqual(stored);
      }),
    );
  });
});

describe("checkValue: anything at all", () => {
  const type = fc.constantFrom(...POINT_TYPES);

  it("null is null for every type", () => {
    for (const each of POINT_TYPES) expect(checkValue({ type: each }, null)).toEqual({ reason: "null-value" });
  });

  it("never throws, and answers with a storable value or a listed reason", () => {
    fc.assert(
      fc.property(type, fc.anything(), (each, raw) => {
        const checked = checkValue({ type: each, ...(each === "enum" && { values: MODES }) }, raw);
        if ("reason" in checked) expect(DEAD_LETTER_REASONS).toContain(checked.reason);
        else if (typeof checked.value === "number") expect(Number.isFinite(checked.value)).toBe(true);
        else if (typeof checked.value === "string") expect(checked.value.length).toBeLessThanOrEqual(256);
      }),
    );
  });

  it("leaves what it accepted once as it is", () => {
    fc.assert(
      fc.property(type, fc.oneof(fc.jsonValue(), fc.string(), fc.double(), fc.integer()), (each, raw) => {
        const declared = { type: each, ...(each === "enum" && { values: MODES }) };
        const checked = checkValue(declared, raw);
        if ("value" in checked) expect(checkValue(declared, checked.value)).toEqual(checked);
      }),
    );
  });
});
