import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { newDeviceSchema } from "@linli/model";
import { readSettings, type Settings, systemClock } from "@linli/runtime";
import {
  openSeriesReader,
  openSeriesWriter,
  openSqliteSeriesReader,
  openSqliteSeriesWriter,
  openSqliteState,
  type SeriesOwner,
  type SeriesPoint,
  type SeriesReader,
} from "@linli/stores";
import { INFLUX_PROVIDED_BY, type InfluxUnderTest, influxServer, skipWithout } from "@linli/testing";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type CopyReport, copySeries } from "./job.ts";
import { settingsFor } from "./open-store.ts";
import { END_OF_TIME } from "./plan.ts";
import { parseStoreAddress } from "./store-address.ts";

const DAY = 86_400_000;
const HOUR = 3_600_000;
const MINUTE = 60_000;
const NOW = Date.now();
/** Days with raw readings only as roll-ups, and days with both. */
const OLD = NOW - (NOW % DAY) - 40 * DAY;
const NEW = NOW - (NOW % DAY) - 2 * DAY;
const AUTHOR = { id: "test", type: "system", at: NOW } as const;

describe.each(["influx1", "influx2"] as const)("series copy through %s", (name) => {
  const here = influxServer(name);
  describe.skipIf(skipWithout(`${name} (${INFLUX_PROVIDED_BY[name]})`, here !== undefined))("and back", () => {
    let server: InfluxUnderTest;
    let dir = "";
    let settings: Settings;
    let database = "";
    beforeAll(async () => {
      server = await (here as NonNullable<typeof here>).start();
    });
    afterAll(() => server?.stop());
    beforeEach(async () => {
      dir = await mkdtemp(join(tmpdir(), "linli-copy-influx-"));
      database = `t${randomBytes(6).toString("hex")}`;
      settings = readSettings({ LINLI_DATA_DIR: join(dir, "data"), LINLI_RETENTION_RAW: "30d" });
      await register();
    });
    afterEach(() => rm(dir, { recursive: true }));

    async function register(): Promise<void> {
      await writeFile(join(dir, "token"), `${server.token ?? ""}\n`);
      await mkdir(join(dir, "data"), { recursive: true });
      const state = await openSqliteState({ file: join(dir, "data", "state.db") });
      await state.registry.putPlace({ id: "sub", level: "subdistrict", parentId: null, name: "S", order: 0 }, AUTHOR);
      await state.registry.putPlace({ id: "com", level: "community", parentId: "sub", name: "C", order: 0 }, AUTHOR);
      for (const id of ["s1", "old"]) {
        const device = { id, kind: "environment-sensor", name: id, placeId: "com" };
        await state.registry.createDevice(newDeviceSchema.parse(device), AUTHOR);
      }
      await state.registry.retireDevice("old", AUTHOR);
      await state.close();
    }

    const influx = () => {
      const text = `${name}+${server.url}/${database}${server.org ? `?org=${server.org}` : ""}`;
      const { user, password, token } = server;
      const credentials = { ...(user && { user }), ...(password && { password }), ...(token && { token }) };
      return parseStoreAddress("--to", text, { settings, credentials });
    };
    const folder = (at: string) =>
      parseStoreAddress("--from", `sqlite:${join(dir, at, "series")}`, { settings, credentials: {} });

    const copy = (from: ReturnType<typeof influx>, to: ReturnType<typeof influx>): Promise<CopyReport> => {
      const job = { from, to, since: 0, until: END_OF_TIME, dryRun: false, verify: true };
      return copySeries(job, { settings, clock: systemClock, progress: () => {} });
    };

    function readings(deviceId: string, begin: number, rest: Partial<SeriesPoint> = {}): SeriesPoint[] {
      const owner: SeriesOwner = { deviceId, kind: "?", community: "", compound: "", building: "" };
      return Array.from({ length: 200 }, (_, n): SeriesPoint => {
        return { owner, point: "temperature", type: "number", value: n / 7, at: begin + n * 11 * MINUTE, ...rest };
      });
    }

    async function fill(points: readonly SeriesPoint[]): Promise<void> {
      const days = { rawMs: 30 * DAY, fiveMinutesMs: 730 * DAY, hourMs: 3_650 * DAY };
      const writer = await openSqliteSeriesWriter({ dir: join(dir, "a", "series"), retention: days });
      await writer.write(points);
      while (await writer.maintain(NOW, 100));
      await writer.close();
    }

    const history = () => [
      ...readings("s1", NEW + 2, { value: "warm", type: "string" }).slice(0, 3),
      ...readings("s1", OLD),
      ...readings("s1", NEW),
      ...readings("old", OLD, { point: "mode", type: "enum", value: "auto" }),
      ...readings("old", NEW, { point: "motion", type: "boolean", value: true }),
      ...readings("s1", NEW + 1, { value: 999, faulty: true }).slice(0, 3),
    ];

    async function answers(reader: SeriesReader): Promise<unknown[]> {
      const found: unknown[] = [];
      for (const deviceId of ["s1", "old"]) {
        const whole = { deviceId, points: ["temperature", "motion"], from: OLD - DAY, to: NOW + DAY, limit: 10_000 };
        found.push(await reader.range(whole), await reader.last(deviceId), await reader.points(deviceId));
        for (const bucketMs of [5 * MINUTE, HOUR, DAY]) {
          for (const fn of ["mean", "min", "max", "sum", "count", "last"] as const) {
            found.push((await reader.aggregate({ ...whole, bucketMs, fn })).points);
          }
        }
        const texts = { ...whole, points: ["mode"], bucketMs: HOUR, fn: "last" } as const;
        found.push((await reader.aggregate(texts)).points);
      }
      await reader.close();
      return found;
    }

    test("a server of another generation is named as it has to be written", async () => {
      await fill(readings("s1", NEW));
      const wrong = { ...influx(), type: name === "influx1" ? "influx2" : "influx1" };
      const version = name.slice(-1);
      await expect(copy(folder("a"), wrong as ReturnType<typeof influx>)).rejects.toMatchObject({
        code: "invalid",
        problems: [
          {
            field: "--to",
            message: expect.stringMatching(
              `^that is InfluxDB ${version}\\.\\S+: write ${name}\\+http://[^/]+/${database}`,
            ),
          },
        ],
      });
    });

    test("readings, flags, types, roll-ups and places arrive, and come back as they were", async () => {
      await fill(history());
      const there = await copy(folder("a"), influx());
      expect(there).toMatchObject({ rejected: {}, unknownDevices: [], verification: { differences: [] } });
      expect(there.readings).toBe(406);
      expect(there.rollUps).toBeGreaterThan(400);
      const back = await copy(influx(), folder("b"));
      expect(back).toMatchObject({
        readings: 406,
        rollUps: there.rollUps,
        verification: { differences: [], extra: 0 },
      });
      expect(back.verification?.from).toEqual(there.verification?.to);

      const original = await answers(await openSqliteSeriesReader({ dir: join(dir, "a", "series") }));
      expect(await answers(await openSeriesReader(settingsFor(influx(), settings)))).toEqual(original);
      expect(await answers(await openSqliteSeriesReader({ dir: join(dir, "b", "series") }))).toEqual(original);
    });

    test("a device that is not in the registry is named and left out, or goes where it is told", async () => {
      await fill([...readings("s1", NEW), ...readings("stranger", NEW)]);
      const job = { from: folder("a"), to: influx(), since: 0, until: END_OF_TIME, dryRun: false, verify: true };
      const deps = { settings, clock: systemClock, progress: () => {} };
      const first = await copySeries(job, deps);
      expect(first).toMatchObject({ readings: 200, unknownDevices: ["stranger"], verification: { differences: [] } });
      const second = await copySeries({ ...job, unknownKind: "attic" }, deps);
      expect(second).toMatchObject({ readings: 400, unknownDevices: [], verification: { differences: [] } });
      const reader = await openSeriesReader(settingsFor(influx(), settings));
      expect(await reader.devices()).toEqual(["s1", "stranger"]);
      await reader.close();
    });

    test("others write into the target meanwhile: nothing of either is lost", async () => {
      await fill(history());
      const writer = await openSeriesWriter(settingsFor(influx(), settings));
      const owner: SeriesOwner = {
        deviceId: "s1",
        kind: "environment-sensor",
        community: "com",
        compound: "",
        building: "",
      };
      let stopped = false;
      let written = 0;
      const ingest = (async () => {
        while (!stopped) {
          const at = NOW + written;
          await writer.write([{ owner, point: "temperature", type: "number", value: written++, at }]);
          await writer.maintain(NOW + HOUR, 5);
        }
      })();
      const report = await copy(folder("a"), influx());
      stopped = true;
      await ingest;
      while (await writer.maintain(NOW + HOUR, 1_000));
      await writer.close();
      expect(report.verification).toMatchObject({ differences: [] });
      const reader = await openSeriesReader(settingsFor(influx(), settings));
      const live = { deviceId: "s1", points: ["temperature"], from: NOW, to: NOW + written, limit: 100_000 };
      expect((await reader.range(live)).points.temperature).toHaveLength(written);
      const old = { ...live, from: OLD - DAY, to: OLD + 10 * DAY, bucketMs: DAY, fn: "count" as const };
      const counts = (await reader.aggregate(old)).points.temperature?.map(([, value]) => Number(value)) ?? [];
      expect(counts.reduce((sum, count) => sum + count, 0)).toBe(200);
      await reader.close();
    });

    test("the ten questions of the documentation are answered from what Linli wrote", async () => {
      const writer = await openSeriesWriter(settingsFor(influx(), { ...settings, LINLI_RETENTION_RAW: 90 * DAY }));
      const place = { community: "community-1", compound: "compound-1", building: "building-1" };
      const point = (deviceId: string, kind: string, n: number) => {
        const owner = { deviceId, kind, ...place };
        const at = NOW - 20 * HOUR + n * 10 * MINUTE;
        return (called: string, value: SeriesPoint["value"], rest: Partial<SeriesPoint> = {}): SeriesPoint => {
          const type = typeof value === "number" ? "number" : typeof value === "boolean" ? "boolean" : "enum";
          return { owner, point: called, type, value, at, ...rest };
        };
      };
      for (let n = 0; n < 115; n++) {
        const sensor = point("sensor-1", "environment-sensor", n);
        const lift = point("lift-1", "elevator", n);
        await writer.write([
          sensor("temperature", n === 50 ? 999 : 21 + n / 100, n === 50 ? { faulty: true } : {}),
          sensor("co2", 600 + n),
          lift("tripCount", 1_000 + n),
          lift("motorTemperature", 40 + (n % 30)),
          lift("inMaintenance", n % 10 === 0),
          point("light-1", "streetlight", n)("energyActive", 500 + n / 10),
          point("camera-1", "camera", n)("streamState", n % 20 === 0 ? "black" : "live"),
        ]);
      }
      const owner = { deviceId: "lift-1", kind: "elevator", ...place };
      const outage = {
        id: "outage",
        owner,
        measurement: "transition",
        type: "connection",
        state: "offline",
        at: NOW - HOUR,
        data: {},
      } as const;
      await writer.writeHistory?.([outage]);
      while (await writer.maintain(NOW, 1_000));
      await writer.close();

      const document = await readFile(new URL("../../../docs/series.md", import.meta.url), "utf8");
      const questions = [...document.matchAll(/```influxql\n([\s\S]*?)```/g)].map(([, text = ""]) => text);
      expect(questions).toHaveLength(10);
      for (const [index, question] of questions.entries()) {
        const q = question.replaceAll('"linli', `"${database}`);
        const headers = server.token ? { authorization: `Token ${server.token}` } : {};
        const answer = await fetch(`${server.url}/query`, {
          method: "POST",
          body: new URLSearchParams({ q, db: database }),
          headers,
        });
        const [result] = (
          (await answer.json()) as { results: { error?: string; series?: { values: unknown[][] }[] }[] }
        ).results;
        expect(result?.error, `question ${index + 1}`).toBeUndefined();
        expect(result?.series?.[0]?.values.length, `question ${index + 1}`).toBeGreaterThan(0);
      }
    });
  });
});
