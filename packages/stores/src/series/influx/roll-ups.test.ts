import { LinliError } from "@linli/model";
import { describe, expect, test } from "vitest";
import { LateMarks } from "./late-marks.ts";
import { RollUps } from "./roll-ups.ts";
import type { InfluxServer, QueriedStatement, WriteAnswer } from "./server.ts";

const HOUR = 3_600_000;
const T0 = Date.UTC(2026, 10, 23);
const RETENTION = { rawMs: Infinity, fiveMinutesMs: Infinity, hourMs: Infinity };
const STORED: WriteAnswer = { status: 204, message: "" };

interface Told {
  readonly lines: string[];
  query?: (statement: string) => Promise<QueriedStatement>;
  write?: (lines: string) => Promise<WriteAnswer>;
}

function serverOf(told: Told): InfluxServer {
  return {
    query: async (_level, statements) =>
      Promise.all(statements.split("; ").map((one) => told.query?.(one) ?? Promise.resolve({ series: [] }))),
    write: async (_level, lines) => {
      const answer = (await told.write?.(lines)) ?? STORED;
      if (answer.status === 204) told.lines.push(...lines.trimEnd().split("\n"));
      return answer;
    },
    close: () => Promise.resolve(),
  };
}

function point(deviceId: string, at: number) {
  return { owner: { deviceId, kind: "elevator", community: "", compound: "", building: "" }, at };
}

describe("upkeep", () => {
  test("waits no longer than it may, and goes on by itself", async () => {
    const { promise, resolve } = Promise.withResolvers<QueriedStatement>();
    const rollUps = new RollUps({ server: serverOf({ lines: [], query: () => promise }), retention: RETENTION });
    expect(await rollUps.maintain(T0, 0)).toBe(true);
    expect(await rollUps.maintain(T0, 0)).toBe(true);
    resolve({ series: [] });
    expect(await rollUps.maintain(T0, 60_000)).toBe(false);
  });

  test("is not done when what it was doing was begun for an earlier moment", async () => {
    const { promise, resolve } = Promise.withResolvers<QueriedStatement>();
    const told: Told = { lines: [], query: () => promise };
    const retention = { ...RETENTION, rawMs: 24 * HOUR };
    const rollUps = new RollUps({ server: serverOf(told), retention });
    await rollUps.maintain(T0, 0);
    resolve({ series: [] });
    expect(await rollUps.maintain(T0 + 24 * HOUR, 60_000)).toBe(false);
    expect(rollUps.rawFrom).toBe(T0);
  });

  test("fails at the next call for what failed meanwhile, then tries again", async () => {
    let isDown = true;
    const query = async (): Promise<QueriedStatement> => {
      if (isDown) throw new LinliError("unavailable", "no answer");
      return { series: [] };
    };
    const rollUps = new RollUps({ server: serverOf({ lines: [], query }), retention: RETENTION });
    await expect(rollUps.maintain(T0, 60_000)).rejects.toMatchObject({ code: "unavailable" });
    isDown = false;
    expect(await rollUps.maintain(T0, 60_000)).toBe(false);
  });

  test("says where raw readings end: at the start of a day, for whoever opens it next", async () => {
    const told: Told = { lines: [] };
    const day = 24 * HOUR;
    const retention = { rawMs: 90 * day, fiveMinutesMs: Infinity, hourMs: Infinity };
    const rollUps = new RollUps({ server: serverOf(told), retention });
    await rollUps.maintain(T0 + 5 * HOUR, 60_000);
    expect(rollUps.rawFrom).toBe(T0 - 90 * day);
    expect(told.lines).toEqual([`linli_kept,level=raw since=${T0 - 90 * day} ${T0}`]);
  });
});

describe("late marks", () => {
  test("are made for hours that are over, one for each device and hour", async () => {
    const told: Told = { lines: [] };
    const late = new LateMarks(serverOf(told), () => 7);
    late.overBefore = T0;
    await late.note([point("a", T0 - 1), point("a", T0 - 2), point("b c", T0 - HOUR), point("a", T0)]);
    expect(told.lines).toEqual([
      `linli_late,device=a,kind=elevator marked_at=7,done_at=0 ${T0 - HOUR}`,
      `linli_late,device=b\\ c,kind=elevator marked_at=7,done_at=0 ${T0 - HOUR}`,
    ]);
  });

  test("until somebody says what is over, every hour that the clock has passed is", async () => {
    const told: Told = { lines: [] };
    const late = new LateMarks(serverOf(told), () => T0 + 5);
    await late.note([point("a", T0 - 1), point("a", T0 + 1)]);
    expect(told.lines).toHaveLength(1);
  });

  test("no two are alike, so that what is done is never taken for what was marked since", async () => {
    const told: Told = { lines: [] };
    const late = new LateMarks(serverOf(told), () => 7);
    late.overBefore = T0;
    await late.note([point("a", T0 - 1)]);
    await late.note([point("a", T0 - 1)]);
    expect(new Set(told.lines).size).toBe(2);
  });

  test("that were on their way while marks were read are still due", async () => {
    const { promise, resolve } = Promise.withResolvers<WriteAnswer>();
    const late = new LateMarks(serverOf({ lines: [], write: () => promise }), () => 7);
    late.overBefore = T0;
    const noted = late.note([point("a", T0 - 1)]);
    await late.due({ from: 0, to: T0 });
    resolve(STORED);
    await noted;
    expect(late.isDue).toBe(true);
  });

  test("too many become one: everything again from the oldest hour", async () => {
    const told: Told = { lines: [] };
    const late = new LateMarks(serverOf(told), () => 7);
    late.overBefore = T0;
    await late.note(Array.from({ length: 10_001 }, (_, n) => point(`d${n}`, T0 - HOUR - (n % 3) * HOUR)));
    await late.note([point("a", T0 - 1), point("b", T0 - 9 * HOUR)]);
    expect(told.lines).toEqual([
      `linli_late marked_at=7,done_at=0 ${T0 - 3 * HOUR}`,
      `linli_late marked_at=8,done_at=0 ${T0 - 9 * HOUR}`,
    ]);
  });

  test("that cannot be written make the batch be given again", async () => {
    const told: Told = { lines: [], write: async () => ({ status: 503, message: "busy", retryAfterMs: 9_000 }) };
    const late = new LateMarks(serverOf(told), () => 7);
    late.overBefore = T0;
    await expect(late.note([point("a", 0)])).rejects.toMatchObject({ code: "unavailable", retryAfterMs: 9_000 });
  });
});
