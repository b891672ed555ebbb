import { minutes } from "@linli/model";
import { expect, test } from "vitest";
import { contextOf, device, recorded } from "../testing/context.ts";
import { entry, published } from "../testing/entries.ts";
import { createDeviceMemory, interpret } from "./index.ts";

const NOW = Date.UTC(2026, 0, 15);

function read(context: ReturnType<typeof contextOf>, ...entries: Parameters<typeof recorded>[0]) {
  return recorded(entries).map((record) => interpret(record, context));
}

function values(found: ReturnType<typeof interpret> | undefined) {
  return found?.readings.map(({ point, value, observedAt }) => [point, value, observedAt]);
}

const OWN = { principal: "s1", topic: "v1/devices/me/telemetry" };

test.each([
  ["wrapped", { ts: NOW - 5, seq: 3, values: { temperature: 21 } }, [["temperature", 21, NOW - 5]]],
  ["wrapped without a time", { values: { temperature: 21 } }, [["temperature", 21, NOW]]],
  [
    "flat",
    { temperature: 21, motion: true },
    [
      ["temperature", 21, NOW],
      ["motion", true, NOW],
    ],
  ],
  ["flat with a time", { ts: NOW - 5, seq: 3, temperature: 21 }, [["temperature", 21, NOW - 5]]],
  [
    "an array",
    [{ ts: NOW - 9, values: { temperature: 20 } }, { temperature: 21 }],
    [
      ["temperature", 20, NOW - 9],
      ["temperature", 21, NOW],
    ],
  ],
])("telemetry: %s", (_form, payload, expected) => {
  const [found] = read(contextOf(device("s1")), published("s1", NOW, payload));
  expect(values(found)).toEqual(expected);
  expect(found?.deadLetters).toEqual([]);
});

test("our array is back-fill, the ThingsBoard one is not", () => {
  const body = [{ ts: NOW - 9, values: { temperature: 20 } }];
  const [ours, theirs] = read(
    contextOf(device("s1")),
    published("s1", NOW, body),
    entry("publish", NOW, { ...OWN, payload: body }),
  );
  expect(ours?.readings[0]?.historical).toBe(true);
  expect(theirs?.readings[0]?.historical).toBe(false);
});

test("the ThingsBoard device API: telemetry and attributes of whoever's credential it is", () => {
  const attributes = { ...OWN, topic: "v1/devices/me/attributes" };
  const found = read(
    contextOf(device("s1")),
    entry("publish", NOW, { ...OWN, payload: { temperature: 21 } }),
    entry("publish", NOW, { ...OWN, payload: { ts: NOW - 1, values: { humidity: 40 } } }),
    entry("publish", NOW, { ...OWN, payload: [{ co2: 400 }, { co2: 401 }] }),
    entry("publish", NOW, { ...attributes, payload: { firmwareVersion: "1.2" } }),
  );
  expect(found.map(({ deviceId }) => deviceId)).toEqual(["s1", "s1", "s1", "s1"]);
  expect(found.flatMap((each) => values(each) ?? [])).toEqual([
    ["temperature", 21, NOW],
    ["humidity", 40, NOW - 1],
    ["co2", 400, NOW + 1],
    ["co2", 401, NOW + 2],
    ["firmwareVersion", "1.2", NOW + 3],
  ]);
});

test("readings without a time get one of their own, the same after a restart at any point", () => {
  const entries = Array.from({ length: 12 }, (_, index) =>
    published("s1", NOW + Math.floor(index / 5), { temperature: index }),
  );
  const straight = read(contextOf(device("s1")), ...entries).flatMap((found) => values(found) ?? []);
  expect(straight.map(([, , at]) => (at as number) - NOW)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);

  for (let cut = 0; cut <= entries.length; cut++) {
    const first = contextOf(device("s1"));
    const before = recorded(entries)
      .slice(0, cut)
      .map((record) => interpret(record, first));
    const time = entries[cut - 1]?.receivedAt ?? 0;
    const second = { ...first, memory: createDeviceMemory(first.memory.save(time)) };
    const after = recorded(entries)
      .slice(cut)
      .map((record) => interpret(record, second));
    expect([...before, ...after].flatMap((found) => values(found) ?? [])).toEqual(straight);
  }
});

test("undeclared points are kept as unknown, up to the bound, the same ones after a restart", () => {
  const context = contextOf(device("s1"));
  const payload = Object.fromEntries(["a", "b", "c", "d", "e", "f"].map((name, index) => [name, index]));
  const [first] = read(context, published("s1", NOW, payload));
  expect(first?.readings.map(({ point, quality }) => [point, quality])).toEqual(
    ["a", "b", "c", "d"].map((name) => [name, "unknown"]),
  );
  expect(first?.deadLetters.map(({ reason, field }) => [reason, field])).toEqual([
    ["too-many-points", "e"],
    ["too-many-points", "f"],
  ]);
  const again = { ...context, memory: createDeviceMemory(context.memory.save(NOW)) };
  const [second] = read(again, published("s1", NOW + 1, { f: 1, d: 2 }));
  expect(second?.readings.map(({ point }) => point)).toEqual(["d"]);
});

test("declared units are converted, and the range is that of the converted value", () => {
  const context = contextOf(device("s1", { units: { temperature: "degF", humidity: "ratio" } }));
  const [found] = read(context, published("s1", NOW, { temperature: 212, humidity: 0.45, co2: 400 }));
  expect(found?.readings.map(({ point, value, quality }) => [point, value, quality])).toEqual([
    ["temperature", 100, "faulty"],
    ["humidity", 45, "good"],
    ["co2", 400, "good"],
  ]);
});

test("a device's own extra points are checked by their types", () => {
  const context = contextOf(device("s1", { extraPoints: { doors: { type: "integer" } } }));
  const [found, odd] = read(context, published("s1", NOW, { doors: 2 }), published("s1", NOW, { doors: 2.5 }));
  expect(values(found)).toEqual([["doors", 2, NOW]]);
  expect(odd?.deadLetters).toMatchObject([{ reason: "not-an-integer", field: "doors", value: "2.5" }]);
});

test("an event is the same by device and number, else by time, type and data in any order", () => {
  const event = { ts: NOW, type: "tamper" };
  const ids = read(
    contextOf(device("s1")),
    published("s1", NOW, { ...event, seq: 7 }, "event"),
    published("s1", NOW + 9, { ...event, seq: 7, data: { x: 1 } }, "event"),
    published("s1", NOW, { ...event, data: { a: 1, b: 2 } }, "event"),
    published("s1", NOW + 9, { ...event, data: { b: 2, a: 1 } }, "event"),
    published("s1", NOW, { ...event, data: { a: 1, b: 3 } }, "event"),
  ).map(({ events }) => events[0]?.id);
  expect(ids[0]).toBe(ids[1]);
  expect(ids[2]).toBe(ids[3]);
  expect(new Set(ids).size).toBe(3);
});

test("events: unknown types are kept, broken ones and personal fields are not", () => {
  const [found] = read(
    contextOf(device("e1", { kind: "elevator" })),
    published(
      "e1",
      NOW,
      [
        { type: "somethingElse", data: { floor: 3, user: { heartRate: 90, at: "B1" } } },
        { type: "no spaces please" },
        { type: "x", seq: -1 },
        { type: "x", data: [1] },
        { type: "x", ts: 5 },
        "what",
      ],
      "event",
    ),
  );
  expect(found?.events).toMatchObject([
    { type: "somethingElse", known: false, data: { floor: 3, user: { at: "B1" } } },
  ]);
  expect(found?.deadLetters.map(({ reason, field }) => `${reason} ${field}`)).toEqual([
    "bad-event [5]",
    "personal-data [0].data.user.heartRate",
    "bad-event [1].type",
    "bad-event [2].seq",
    "bad-event [3].data",
    "past-timestamp [4].ts",
  ]);
});

test("a status, and a command's result", () => {
  const [asleep, odd, done, vague] = read(
    contextOf(device("s1")),
    published("s1", NOW, { state: "sleeping", for: minutes(5) }, "status"),
    published("s1", NOW, { state: "dancing" }, "status"),
    published("s1", NOW, { ok: false, detail: "jammed" }, "commands/c1/result"),
    published("s1", NOW, { ok: "yes" }, "commands/c1/result"),
  );
  expect(asleep?.status).toBe("sleeping");
  expect(odd?.deadLetters).toMatchObject([{ reason: "not-a-member", field: "state", value: "dancing" }]);
  expect(done?.result).toEqual({ commandId: "c1", ok: false, detail: "jammed" });
  expect(vague?.deadLetters).toMatchObject([{ reason: "bad-result" }]);
});

test("many refusals of one message are summed up after the 64th", () => {
  const items = Array.from({ length: 100 }, () => ({ ts: NOW, values: { temperature: "x" } }));
  const [found] = read(contextOf(device("s1")), published("s1", NOW, items));
  expect(found?.deadLetters).toHaveLength(65);
  expect(found?.deadLetters.at(-1)).toMatchObject({ reason: "not-a-number", field: "…", value: "36 more" });
  expect(new Set(found?.deadLetters.map(({ id }) => id)).size).toBe(65);
});
