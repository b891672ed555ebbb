import {
  INFLUX_PROVIDED_BY,
  type InfluxName,
  type InfluxUnderTest,
  influxServer,
  isWrite,
  skipWithout,
  startFaultProxy,
} from "@linli/testing";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { HistoryEntry, SeriesPoint, SeriesReader, SeriesWriter } from "../port.ts";
import { type InfluxFactories, optionsFor } from "./influx-series.contract.ts";
import { databaseOf, type InfluxOptions } from "./options.ts";
import type { InfluxServer } from "./server.ts";

const DAY = 86_400_000;
const MINUTE = 60_000;
const SHORT = { rawMs: DAY, fiveMinutesMs: 30 * DAY, hourMs: 60 * DAY };

export interface RefusalFactories extends InfluxFactories {
  /** The server itself, to do to it what an operator might have. */
  readonly openServer: (options: InfluxOptions) => InfluxServer;
  /** Removes a database behind the writer's back. */
  readonly dropDatabase: (options: InfluxOptions, name: string) => Promise<void>;
  /** A user or token that may only read. */
  readonly readOnly: (options: InfluxOptions) => Promise<Partial<InfluxOptions>>;
}

/** What a real server of that generation refuses costs exactly that, and never a neighbour. */
export function influxRefusalsContract(
  name: InfluxName,
  start: () => Promise<InfluxUnderTest>,
  factories: RefusalFactories,
): void {
  const isHere = influxServer(name)?.ours === true;
  describe.skipIf(skipWithout(`${name} (${INFLUX_PROVIDED_BY[name]})`, isHere))(`${name} refuses`, () => {
    let server: InfluxUnderTest;
    let options: InfluxOptions;
    let writer: SeriesWriter;
    let reader: SeriesReader;
    const now = Math.floor(Date.now() / MINUTE) * MINUTE;

    beforeAll(async () => {
      server = await start();
    });
    afterAll(() => server?.stop());
    beforeEach(async () => {
      options = { ...optionsFor(server, SHORT), cacheMs: 0 };
      await factories.prepare(options);
      writer = await factories.openWriter(options);
      reader = await factories.openReader(options);
    });
    afterEach(async () => {
      await writer.close();
      await reader.close();
    });

    const owner = { deviceId: "s1", kind: "environment-sensor", community: "c", compound: "p", building: "b" };
    const reading = (n: number, rest: Partial<SeriesPoint> = {}): SeriesPoint => {
      return { owner, point: "temperature", type: "number", value: n, at: now - n * 1_000, ...rest };
    };
    const thousand = (change: (n: number) => Partial<SeriesPoint>) =>
      Array.from({ length: 1_000 }, (_, n) => reading(n, change(n)));
    const stored = async (point = "temperature") => {
      const query = { deviceId: "s1", points: [point], from: now - 30 * DAY, to: now + DAY, limit: 5_000 };
      return (await reader.range(query)).points[point] ?? [];
    };
    /** Types are pinned shard by shard: at both ends of what the tests write. */
    const olderSchema = async (fields: string) => {
      const older = factories.openServer(options);
      for (const at of [now, now - 999_000]) await older.write("raw", `environment-sensor,device=s0 ${fields} ${at}\n`);
      await older.close();
    };
    const only = (index: number, reason: RegExp) => ({
      accepted: 999,
      conflicts: 0,
      rejected: [{ index, reason: expect.stringMatching(reason) }],
    });

    test("a column that has another type from an older schema", async () => {
      await olderSchema('humidity="damp"');
      const batch = thousand((n) => (n === 421 ? { point: "humidity" } : {}));
      expect(await writer.write(batch)).toEqual(only(421, /field type conflict/));
      expect(await stored()).toHaveLength(999);
      // and once more, now that the column is known
      expect(await writer.write(batch)).toEqual(only(421, /field type conflict/));
    });

    test("a point of such a column costs none of the same moment", async () => {
      await olderSchema('humidity="damp"');
      const batch = [reading(1, { point: "humidity" }), reading(1), reading(1, { point: "pressure" })];
      expect(await writer.write(batch)).toMatchObject({ accepted: 2, rejected: [{ index: 0 }] });
      expect(await stored()).toEqual([[now - 1_000, 1]]);
      expect(await stored("pressure")).toEqual([[now - 1_000, 1]]);
    });

    test("a reading outside of its retention", async () => {
      const batch = thousand((n) => (n === 500 ? { at: now - 20 * DAY } : {}));
      expect(await writer.write(batch)).toEqual(only(500, /retention policy/));
      expect(await stored()).toHaveLength(999);
    });

    test("several of each kind at once", async () => {
      await olderSchema('humidity="damp",pressure="high"');
      const batch = thousand((n) => {
        if (n % 100 === 0) return { at: now - 20 * DAY + n };
        if (n % 100 === 1) return { point: "humidity" };
        if (n % 100 === 2) return { point: "pressure" };
        if (n % 100 === 3) return { value: Number.NaN };
        if (n % 100 === 4) return { type: "string", value: "x".repeat(65_536) };
        return {};
      });
      const { accepted, rejected } = await writer.write(batch);
      expect(accepted).toBe(950);
      expect(rejected.map(({ index }) => index)).toEqual(
        batch
          .keys()
          .toArray()
          .filter((n) => n % 100 < 5),
      );
      expect(await stored()).toHaveLength(950);
    });

    test("what happens to a device at one moment is told apart, and told once more it is the same", async () => {
      const refills = Array.from({ length: 20 }, (_, slot): HistoryEntry => {
        return { id: `5:${slot}`, owner, measurement: "event", type: "refill", at: now, data: { slot } };
      });
      const asked = factories.openServer(options);
      for (let times = 0; times < 2; times++) {
        await writer.writeHistory?.(refills);
        const [answer] = await asked.query("raw", `SELECT "slot" FROM "event" WHERE "type" = 'refill'`);
        const rows = answer?.series[0]?.values ?? [];
        expect(rows.map(([, slot]) => slot).toSorted((a, b) => Number(a) - Number(b))).toEqual(
          refills.map(({ data }) => data.slot),
        );
        expect(new Set(rows.map(([at]) => at))).toEqual(new Set([now]));
      }
      await asked.close();
    });

    test("a database that is gone is made anew, and the same batch given again is stored", async () => {
      await writer.write([reading(1)]);
      await factories.dropDatabase(options, databaseOf(options, "raw"));
      const again = await writer.write([reading(2)]).catch((error: unknown) => error);
      expect(again).toMatchObject({ code: "unavailable", message: expect.stringMatching(/not found.*linli doctor/s) });
      expect(await writer.write([reading(2)])).toMatchObject({ accepted: 1 });
      expect(await stored()).toEqual([[now - 2_000, 2]]);
    });

    test("wrong credentials: nothing is stored or rejected, and it says what to do", async () => {
      const wrong = { ...options, user: "nobody", password: "wrong", token: "wrong" };
      const stranger = await factories.openWriter(wrong);
      const failure = await stranger.write([reading(1)]).catch((error: unknown) => error);
      await stranger.close();
      expect(failure).toMatchObject({ code: "unavailable", message: expect.stringMatching(/LINLI_SERIES_|right/) });
      expect(await stored()).toEqual([]);
    });

    test("rights that do not suffice", async () => {
      const lower = { ...options, ...(await factories.readOnly(options)) };
      const guest = await factories.openWriter(lower);
      const failure = await guest.write([reading(1)]).catch((error: unknown) => error);
      await guest.close();
      expect(failure).toMatchObject({ code: "unavailable", message: expect.stringMatching(/right to read and write/) });
      expect(await stored()).toEqual([]);
    });

    test("being overloaded: it waits as told, given again it is stored", async () => {
      const proxy = await startFaultProxy(server.url);
      const patient = await factories.openWriter({ ...options, url: proxy.url });
      const headers = { "retry-after": "17" };
      for (const status of [429, 503]) {
        proxy.disturb({ kind: "answer", status, headers, body: "busy" }, { only: isWrite });
        const failure = await patient.write(thousand(() => ({}))).catch((error: unknown) => error);
        expect(failure).toMatchObject({ code: "unavailable", retryAfterMs: 17_000 });
      }
      for (const kind of ["reset", "lost-answer", "down"] as const) {
        proxy.disturb({ kind }, { times: 1, only: isWrite });
        await expect(patient.write(thousand(() => ({})))).rejects.toMatchObject({ code: "unavailable" });
      }
      proxy.clear();
      expect(await patient.write(thousand(() => ({})))).toMatchObject({ accepted: 1_000, rejected: [] });
      await patient.close();
      await proxy.close();
      expect(await stored()).toHaveLength(1_000);
    });

    test("an answer that never comes is waited for no longer than configured", async () => {
      const proxy = await startFaultProxy(server.url);
      const impatient = await factories.openWriter({ ...options, url: proxy.url, timeoutMs: 200 });
      proxy.disturb({ kind: "stall" });
      await expect(impatient.write([reading(1)])).rejects.toMatchObject({ code: "unavailable" });
      proxy.clear();
      await impatient.close();
      await proxy.close();
    });
  });
}
