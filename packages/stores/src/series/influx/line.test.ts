import fc from "fast-check";
import { expect, test } from "vitest";
import type { SeriesOwner, SeriesPoint } from "../port.ts";
import { LineSorter } from "./batch-lines.ts";
import { readOther, readOwn } from "./columns.ts";
import { ColumnsOfKind } from "./columns-of-kind.ts";
import { FleetMemory } from "./device-memory.ts";
import { historyLine } from "./history-line.ts";
import { textOfAll } from "./line.ts";
import { decodeName } from "./names.ts";

interface ParsedLine {
  readonly measurement: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly fields: ReadonlyMap<string, string | number>;
  readonly at: number;
}

/** Line protocol as its reference words it: names end at an unescaped comma, space or equals sign, texts at an unescaped quote. */
function parse(text: string): ParsedLine[] {
  let at = 0;
  const name = (ends: string) => {
    let found = "";
    for (; at < text.length && !ends.includes(text.charAt(at)); at++) {
      const next = text.charAt(at + 1);
      if (text.charAt(at) === "\\" && ",= ".includes(next)) at++;
      if (text.charAt(at) === "\n") throw new Error(`a line ends in a name: ${found}`);
      found += text.charAt(at);
    }
    if (found === "") throw new Error(`an empty name at ${at}`);
    return found;
  };
  const value = () => {
    if (text.charAt(at) !== '"') return Number(name(", "));
    let found = "";
    for (at++; text.charAt(at) !== '"'; at++) {
      if (at >= text.length) throw new Error("a text without an end");
      if (text.charAt(at) === "\\" && '"\\'.includes(text.charAt(at + 1))) at++;
      found += text.charAt(at);
    }
    at++;
    return found;
  };
  const lines: ParsedLine[] = [];
  while (at < text.length) {
    const measurement = name(", ");
    const tags: Record<string, string> = {};
    while (text.charAt(at) === ",") {
      at++;
      const key = name("=");
      at++;
      tags[key] = name(", ");
    }
    const fields = new Map<string, string | number>();
    do {
      at++;
      const key = name("=");
      at++;
      fields.set(key, value());
    } while (text.charAt(at) === ",");
    const end = text.indexOf("\n", at);
    lines.push({ measurement, tags, fields, at: Number(text.slice(at + 1, end)) });
    at = end + 1;
  }
  return lines;
}

const T0 = Date.UTC(2026, 10, 23);
const NOTHING_THERE = { names: new Set<string>(), companionsUpTo: new Map<string, number>() };

function sorter(): LineSorter {
  const kinds = new Map<string, ColumnsOfKind>();
  const columnsOf = (kind: string) => {
    const known = kinds.get(kind) ?? new ColumnsOfKind(kind, NOTHING_THERE);
    kinds.set(kind, known);
    return known;
  };
  return new LineSorter({ fleet: new FleetMemory(), columnsOf, lanes: 1 });
}

const owner: SeriesOwner = { deviceId: "s1", kind: "environment-sensor", community: "c", compound: "p", building: "b" };
const reading = (value: SeriesPoint["value"], rest: Partial<SeriesPoint> = {}): SeriesPoint => {
  const type = typeof value === "number" ? "number" : typeof value === "boolean" ? "boolean" : "string";
  return { owner, point: "temperature", type, value, at: T0, ...rest };
};
const linesOf = (batch: readonly SeriesPoint[], on = sorter()) => textOfAll(on.sort(batch, 0).lanes.flat());

const nasty = fc.oneof(
  fc.string({ minLength: 1, maxLength: 20, unit: "grapheme" }),
  fc.string({ minLength: 1, maxLength: 20, unit: "binary" }).filter((text) => text.isWellFormed()),
  fc.stringMatching(/^[,= "\\%:_\n\r\0#a]{1,12}$/),
  fc.constantFrom("time", "device", "_field", "_measurement", "__proto__", "🌡️", "温度", "a\\", "#a", "x".repeat(256)),
);
const someValue = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.boolean(),
  nasty.filter((text) => text.length <= 256),
);

test("whatever the names and values are, they come back the same", () => {
  const property = fc.property(
    fc.record({ deviceId: nasty, kind: nasty, community: nasty, compound: nasty, building: nasty }),
    fc.uniqueArray(fc.record({ point: nasty, value: someValue, faulty: fc.boolean() }), {
      selector: (p) => p.point,
      minLength: 1,
    }),
    fc.integer({ min: 0, max: Date.UTC(2199, 0, 1) }),
    (place, points, at) => {
      const batch = points.map(({ point, value, faulty }) => reading(value, { owner: place, point, faulty, at }));
      const [line, ...more] = parse(linesOf(batch));
      expect(more).toEqual([]);
      expect(decodeName(line?.measurement ?? "")).toBe(place.kind);
      expect(line?.at).toBe(at);
      const tags = Object.entries(line?.tags ?? {}).map(([key, value]) => [key, decodeName(value)]);
      const { kind: _, deviceId: device, ...rest } = place;
      expect(Object.fromEntries(tags)).toEqual({ device, ...rest });
      const found = [...(line?.fields ?? [])].map(([key, stored]) => {
        if (!key.endsWith(":other")) return [decodeName(key), { value: readOwn("number", stored), faulty: false }];
        return [decodeName(key.slice(0, -":other".length)), readOther(String(stored))];
      });
      expect(new Map(found as [string, unknown][])).toEqual(
        new Map(points.map(({ point, value, faulty }) => [point, { value, faulty }])),
      );
    },
  );
  fc.assert(property, { numRuns: 500 });
});

test("numbers are floats, truth values 0 and 1, texts of declared points texts; places without a name are left out", () => {
  const door: SeriesOwner = { ...owner, kind: "elevator", community: "", building: "" };
  const batch = [
    reading(20, { owner: door, point: "load" }),
    reading("open", { owner: door, point: "door.state" }),
    reading(-0, { owner: door, point: "speed" }),
    reading(true, { owner: door, point: "power.mains" }),
  ];
  const [line] = parse(linesOf(batch));
  expect(line?.tags).toEqual({ compound: "p", device: "s1" });
  expect(linesOf(batch)).toMatch(/^elevator,compound=p,device=s1 load=20,/);
  expect(linesOf([reading(-0)])).toContain("temperature=-0 ");
});

test("the points of one moment are one line, whoever else sent in between", () => {
  const other = { ...owner, deviceId: "s2" };
  const text = linesOf([reading(1), reading(2, { owner: other }), reading(3, { point: "humidity" })]);
  expect(text).toBe(
    `environment-sensor,building=b,community=c,compound=p,device=s1 temperature=1,humidity=3 ${T0}\n` +
      `environment-sensor,building=b,community=c,compound=p,device=s2 temperature=2 ${T0}\n`,
  );
});

test("a good value empties the companion where one may stand, and nowhere else", () => {
  const on = sorter();
  expect(linesOf([reading(1)], on)).not.toContain(":other");
  expect(linesOf([reading(99, { at: T0 + 10, faulty: true })], on)).toContain('temperature:other="faulty 99"');
  expect(linesOf([reading(1, { at: T0 + 10 })], on)).toContain('temperature=1,temperature:other="" ');
  expect(linesOf([reading(1, { at: T0 + 11 })], on)).not.toContain(":other");
  expect(linesOf([reading(1, { point: "humidity" })], on)).not.toContain(":other");
});

test("after a start it does so at every moment before, where the column has a companion", () => {
  const there = {
    names: new Set(["temperature", "temperature:other", "humidity"]),
    companionsUpTo: new Map([["temperature:other", T0]]),
  };
  const on = new LineSorter({
    fleet: new FleetMemory(),
    columnsOf: () => new ColumnsOfKind(owner.kind, there),
    lanes: 1,
  });
  expect(linesOf([reading(1)], on)).toContain('temperature=1,temperature:other=""');
  expect(linesOf([reading(1, { at: T0 + 1 })], on)).not.toContain(":other");
  expect(linesOf([reading(1, { point: "humidity" })], on)).not.toContain(":other");
});

test("a device that counts in the names of its points is stopped, its other points are not", () => {
  const batch = Array.from({ length: 2_005 }, (_, n) => reading(n, { point: `made-up-${n}` }));
  const { rejected, lanes } = sorter().sort([...batch, reading(1)], 0);
  expect(rejected.map(({ index }) => index)).toEqual([2_000, 2_001, 2_002, 2_003, 2_004]);
  expect(rejected[0]?.reason).toMatch(/point names/);
  expect(lanes.flat()[0]?.fields).toHaveLength(2_001);
});

test("a start does not make room for further names", () => {
  const names = new Set(Array.from({ length: 1_999 }, (_, n) => `made-up-${n}`));
  const columns = new ColumnsOfKind(owner.kind, { names, companionsUpTo: new Map() });
  expect(columns.of("made-up-0")).toBeDefined();
  expect(columns.of("another")).toBeDefined();
  expect(columns.of("one too many")).toBeUndefined();
  expect(columns.of("made-up-1")).toBeDefined();
  expect(columns.of("temperature")).toBeDefined();
});

test("what happened is a line whose fields have one type each", () => {
  const data = { floor: 3, reason: 'he said "no"', urgent: true };
  const { prefix, fields, at } = historyLine({ id: "e", owner, measurement: "event", type: "a b", at: T0, data });
  expect(parse(`${prefix} ${fields.join(",")} ${at}\n`)).toEqual([
    {
      measurement: "event",
      tags: { building: "b", community: "c", compound: "p", device: "s1", kind: "environment-sensor", type: "a b" },
      fields: new Map<string, unknown>([
        ["happened", 1],
        ["floor", 3],
        ["reason:text", 'he said "no"'],
        ["urgent:text", "true"],
      ]),
      at: expect.any(Number),
    },
  ]);
  expect(String(at)).toMatch(new RegExp(`^${T0}\\d{6}$`));
});
