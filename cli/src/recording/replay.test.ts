import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "@linli/runtime";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Publisher } from "./publisher.ts";
import { parseColumns, parseInFlight, parseSpeed, type ReplayOptions, replay } from "./replay.ts";

const NOW = Date.UTC(2026, 10, 23, 12);
const clock = { ...systemClock, now: () => NOW };

let dir = "";
let sent: { topic: string; message: { ts: number; values: Record<string, unknown> } }[] = [];
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "linli-replay-"));
  sent = [];
});
afterEach(() => rm(dir, { recursive: true }));

const publisher: Publisher = {
  get acknowledged() {
    return sent.length;
  },
  publish: async (topic, payload) => void sent.push({ topic, message: JSON.parse(payload) }),
  drain: async () => {},
  close: async () => {},
};

async function replayFile(name: string, text: string, change: Partial<ReplayOptions>) {
  const file = join(dir, name);
  await writeFile(file, text);
  const options: ReplayOptions = {
    form: { file, separator: ";" },
    deviceId: "lift-1",
    columns: new Map([["a", "a"]]),
    time: { intervalMs: 250 },
    original: false,
    speed: Number.POSITIVE_INFINITY,
    ...change,
  };
  return replay(options, publisher, clock);
}

describe("replay", () => {
  it("ends a file without times now, and sends cells as they stand", async () => {
    const columns = parseColumns(["ball-bearing=ballBearing,vibration"]);
    const result = await replayFile("r.csv", "\ufeffball-bearing;vibration\n93.744;18\n93.74;18. Jan\n;19\n", {
      columns,
    });
    expect(result).toMatchObject({ rows: 3, sent: 3, acknowledged: 3, firstAt: NOW - 500, lastAt: NOW });
    expect(sent.map(({ message }) => message)).toEqual([
      { ts: NOW - 500, values: { ballBearing: "93.744", vibration: "18" } },
      { ts: NOW - 250, values: { ballBearing: "93.74", vibration: "18. Jan" } },
      { ts: NOW, values: { vibration: "19" } },
    ]);
    expect(sent[0]?.topic).toBe("linli/v1/devices/lift-1/telemetry");
  });

  it("shifts recorded times, keeping their distances, in the stated zone", async () => {
    const time = { column: "t", zone: "+08:00" };
    await replayFile("r.csv", "t;a\n2013-12-02 21:15:00;1\n2013-12-02 21:20:00;2\n", { time });
    expect(sent.map(({ message }) => message.ts)).toEqual([NOW - 300_000, NOW]);
    sent = [];
    await replayFile("r.csv", "t;a\n2013-12-02 21:15:00;1\n", { time, original: true });
    expect(sent[0]?.message).toEqual([{ ts: Date.UTC(2013, 11, 2, 13, 15), values: { a: "1" } }]);
  });

  it("reads NDJSON with numbers as numbers", async () => {
    await replayFile("r.ndjson", '{"a":1.5}\n\n{"a":"x"}\n', {});
    expect(sent.map(({ message }) => message.values)).toEqual([{ a: 1.5 }, { a: "x" }]);
  });

  it("names a missing column and an unusable time by line, before anything is sent", async () => {
    const columns = parseColumns(["nope"]);
    await expect(replayFile("r.csv", "a\n1\n", { columns })).rejects.toMatchObject({ problems: [{ field: "nope" }] });
    const time = { column: "t", zone: "Z" };
    await expect(replayFile("r.csv", "t;a\n2013-12-02;1\nsoon;2\n", { time })).rejects.toMatchObject({
      problems: [{ field: "line 3, column t", value: "soon" }],
    });
    expect(sent).toEqual([]);
  });

  it("refuses a file that is no CSV, or holds nothing, before anything is sent", async () => {
    const broken = replayFile("b.csv", 'a;b\n1;2\n"3"x;4\n', {});
    await expect(broken).rejects.toMatchObject({ code: "invalid", message: expect.stringContaining("no CSV") });
    await expect(replayFile("e.csv", "", {})).rejects.toMatchObject({ code: "invalid" });
    expect(sent).toEqual([]);
  });

  it("refuses a number in flight that nothing could ever be sent with", () => {
    expect(parseInFlight("1000")).toBe(1_000);
    for (const text of ["0", "many", "-1", "1.5"]) expect(() => parseInFlight(text)).toThrow("in flight");
  });

  it("knows speeds", () => {
    expect([parseSpeed("max"), parseSpeed("original"), parseSpeed("60x")]).toEqual([Number.POSITIVE_INFINITY, 1, 60]);
    expect(() => parseSpeed("fast")).toThrow("speed");
  });
});
