import { describe, expect, it } from "vitest";
import { type DeviceKind, defineKind, findPoint } from "./kind.ts";
import { DEVICE_KINDS } from "./kinds/index.ts";
import { memoByName } from "./memo.ts";
import type { Point } from "./point.ts";

function kindNamed(id: string): DeviceKind {
  const kind = DEVICE_KINDS.get(id);
  if (!kind) throw new Error(`no kind ${id}`);
  return kind;
}

const medicine = kindNamed("medicine-vending-machine");

describe("findPoint", () => {
  it.each([
    ["saleState", "saleState"],
    ["output.status", "output.status"],
    ["compartment.main.temperature", "compartment.{id}.temperature"],
    ["compartment.2.temperature2", "compartment.{id}.temperature2"],
    ["selection.A1.stock", "selection.{slot}.stock"],
    ["selection.A-1_b.price", "selection.{slot}.price"],
    ["payment.qr.status", "payment.{method}.status"],
  ])("finds %s", (sent, declared) => {
    expect(findPoint(medicine, sent)).toBe(medicine.points[declared]);
    expect(findPoint(medicine, sent), "and again, remembered").toBe(medicine.points[declared]);
  });

  it.each(["", "stock", "selection.stock", "selection.A1.B2.stock", "selection.A1.stock.x", "xselection.A1.stock"])(
    "does not find %j",
    (name) => {
      expect(findPoint(medicine, name)).toBeUndefined();
      expect(findPoint(medicine, name)).toBeUndefined();
    },
  );

  it.each(["toString", "__proto__", "constructor"])("knows nothing of %s", (name) => {
    expect(findPoint(medicine, name)).toBeUndefined();
  });

  it("prefers the point declared for one name to the pattern", () => {
    expect(findPoint(kindNamed("clinic-kiosk"), "peripheral.bpMonitor.cuffCycles")?.counter).toBe(true);
    expect(findPoint(kindNamed("clinic-kiosk"), "peripheral.ecg.cuffCycles")).toBeUndefined();
  });

  it("answers right through a flood of invented names", () => {
    const declared = medicine.points["selection.{slot}.stock"];
    const wrong = Array.from({ length: 20_000 }, (_, i) => i).filter(
      (i) => findPoint(medicine, `selection.S${i}.stock`) !== declared || findPoint(medicine, `invented.S${i}`),
    );
    expect(wrong).toEqual([]);
  });
});

describe("memoByName", () => {
  it("never remembers more than its limit", () => {
    let asked = 0;
    const twice = memoByName((name) => {
      asked++;
      return name + name;
    }, 2);
    expect(["a", "a", "b", "b", "c", "a"].map(twice)).toEqual(["aa", "aa", "bb", "bb", "cc", "aa"]);
    expect(asked).toBe(4);
  });
});

describe("defineKind", () => {
  const label = { zh: "测", en: "Test" };
  const base = { id: "test", label, lateAfter: 1, offlineAfter: 2, events: {}, faults: {}, commands: {} };
  const define = (point: Point) => () => defineKind({ ...base, points: { p: point } });

  it.each<[string, Point]>([
    ["an enum without members", { type: "enum", label }],
    ["two members that differ in case only", { type: "enum", values: ["on", "ON"], label }],
    ["members of a number", { type: "number", values: ["on"], label }],
    ["a label of no member", { type: "enum", values: ["on"], valueLabels: { off: label }, label }],
    ["a range without room", { type: "number", range: [1, 1], label }],
    ["normal outside of the range", { type: "number", range: [0, 1], normal: [0, 2], label }],
  ])("refuses %s", (problem, point) => {
    expect(define(point)).toThrow(`kind test: p: ${problem}`);
  });

  it("refuses a kind that is offline before it is late", () => {
    expect(() => defineKind({ ...base, lateAfter: 2, points: {} })).toThrow("late must come before offline");
  });
});
