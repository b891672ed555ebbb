import { boardsIn, everyQuery, interpolate } from "@linli/dashboards";
import { DEVICE_KINDS, findPoint, type PointValue, type Readings, type Stats } from "@linli/model";
import { type InfluxUnderTest, influxServer } from "@linli/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventually } from "../support/platform.ts";
import { skipWithout } from "../support/required.ts";
import { fillWeek, type Week } from "../support/week.ts";

const HOUR = 3_600_000;
const PATIENCE = 120_000;
/** An hour is not rolled up before late readings had the time to come. */
const ROLL_UPS_WAIT = 600_000;
const STORES = ["influx1", "influx2"] as const;

interface QueriedSeries {
  readonly name: string;
  readonly columns: readonly string[];
  readonly values: readonly (readonly unknown[])[];
}

type Sample = readonly [at: number, value: PointValue | null, flag?: "faulty"];

/** By the data sources of the boards; the platform's own figures are Prometheus' business. */
const DATABASES: Readonly<Record<string, string | undefined>> = {
  raw: "linli",
  fiveMinutes: "linli_5m",
  hours: "linli_1h",
};

/** By hand, from the raw values of one bucket in order of time. */
const AGGREGATES: Readonly<Record<string, (values: readonly PointValue[]) => PointValue>> = {
  count: (values) => values.length,
  first: (values) => values[0] ?? "",
  last: (values) => values.at(-1) ?? "",
  sum: (values) => values.reduce<number>((sum, value) => sum + Number(value), 0),
  mean: (values) => values.reduce<number>((sum, value) => sum + Number(value), 0) / values.length,
  min: (values) => Math.min(...values.map(Number)),
  max: (values) => Math.max(...values.map(Number)),
};
const OF_TEXT = new Set(["count", "first", "last"]);

function settingsOf(store: string, server: InfluxUnderTest | undefined): Record<string, string> {
  return {
    LINLI_SERIES: store,
    ...(server && { LINLI_SERIES_URL: server.url }),
    ...(server?.org && { LINLI_SERIES_ORG: server.org }),
    ...(server?.token && { LINLI_SERIES_TOKEN: server.token }),
  };
}

for (const store of STORES) {
  const here = influxServer(store);
  describe.skipIf(skipWithout(store, here !== undefined))(`a simulated week in ${store} (needs ${store})`, () => {
    let server: InfluxUnderTest | undefined;
    let week: Week;
    beforeAll(async () => {
      server = await here?.start();
      week = await fillWeek(settingsOf(store, server));
    }, 2 * PATIENCE);
    afterAll(async () => {
      await week?.stop();
      await server?.stop();
    });

    async function read(deviceId: string, query: string): Promise<Readonly<Record<string, readonly Sample[]>>> {
      const { from, until } = week.counts;
      const path = `/api/v1/devices/${deviceId}/readings?from=${from}&to=${until + 1}&limit=200000&${query}`;
      const { status, body } = await week.platform.api("GET", path);
      expect(status, JSON.stringify(body)).toBe(200);
      const { points } = body as Readings;
      return Object.fromEntries(Object.entries(points).map(([point, { samples }]) => [point, samples]));
    }

    const rawOf = new Map<string, Promise<Readonly<Record<string, readonly Sample[]>>>>();
    function readAll(deviceId: string): Promise<Readonly<Record<string, readonly Sample[]>>> {
      const known = rawOf.get(deviceId) ?? read(deviceId, "");
      rawOf.set(deviceId, known);
      return known;
    }

    async function ask(q: string, database: string): Promise<readonly QueriedSeries[]> {
      const parameters = new URLSearchParams({ db: database, epoch: "ms", q });
      const headers = server?.token ? { authorization: `Token ${server.token}` } : {};
      const answer = await fetch(`${server?.url}/query?${parameters.toString()}`, { headers });
      const { results } = (await answer.json()) as { results: { error?: string; series?: QueriedSeries[] }[] };
      expect(results[0]?.error, q).toBeUndefined();
      return results[0]?.series ?? [];
    }

    /** The sum over all columns of an answer but those for what must not stand in a point's own. */
    async function stored(q: string, database = "linli"): Promise<number> {
      let sum = 0;
      for (const { columns, values } of await ask(q, database)) {
        for (const row of values) {
          for (const [n, name] of columns.entries()) {
            if (name !== "time" && !name.endsWith(":other")) sum += Number(row[n] ?? 0);
          }
        }
      }
      return sum;
    }

    async function rows(measurement: string): Promise<number> {
      const series = await ask(`SELECT * FROM "${measurement}"`, "linli");
      return series.reduce((sum, { values }) => sum + values.length, 0);
    }

    async function kindsWith(tag: string): Promise<ReadonlySet<string>> {
      const series = await ask(`SHOW TAG VALUES WITH KEY = "${tag}"`, "linli");
      return new Set(series.map(({ name }) => name));
    }

    async function eventsTold(): Promise<number> {
      let count = 0;
      for (let next: string | null = ""; next !== null; ) {
        const cursor = next === "" ? "" : `&after=${encodeURIComponent(next)}`;
        const { body } = await week.platform.api("GET", `/api/v1/events?limit=1000${cursor}`);
        const page = body as { items: readonly unknown[]; next: string | null };
        count += page.items.length;
        next = page.next;
      }
      return count;
    }

    it("was told by at least one device of each kind, of two communities, and nothing was refused", async () => {
      const { platform, counts, devices } = week;
      expect(new Set(devices.map(({ kind }) => kind))).toEqual(new Set(DEVICE_KINDS.keys()));
      expect(counts).toMatchObject({ devices: devices.length, refused: 0, dropped: 0, pending: 0 });
      expect(counts.events).toBeGreaterThan(100);
      const stats = (await platform.api("GET", "/api/v1/stats")).body as Stats;
      expect(stats).toMatchObject({
        deadLetters: 0,
        archive: { written: counts.values, rejected: 0, conflicts: 0 },
      });
    });

    it("gives back every acknowledged value, and no other", async () => {
      let values = 0;
      for (const { id } of week.devices) {
        const points = await readAll(id);
        for (const samples of Object.values(points)) values += samples.length;
      }
      expect(values).toBe(week.counts.values);
    });

    it("stands in the database as told: values, events, changes of connection", async () => {
      const { counts, devices } = week;
      let values = 0;
      for (const kind of DEVICE_KINDS.keys()) values += await stored(`SELECT count(*) FROM "${kind}"`);
      // what a sensor cannot mean stands beside its column
      for (const { id } of devices) {
        for (const samples of Object.values(await readAll(id))) {
          values += samples.filter(([, , flag]) => flag === "faulty").length;
        }
      }
      expect(values).toBe(counts.values);
      expect(await eventsTold()).toBe(counts.events);
      await eventually("the events are there", async () => (await rows("event")) === counts.events || undefined);
      await eventually("everybody came online", async () => (await rows("transition")) >= devices.length || undefined);
    });

    it("is rolled up, all of it", { timeout: PATIENCE }, async () => {
      const from = Math.ceil(week.counts.from / HOUR) * HOUR;
      const to = Math.floor((week.counts.until - ROLL_UPS_WAIT) / HOUR) * HOUR;
      const span = `time >= ${from}ms AND time < ${to}ms`;
      for (const kind of DEVICE_KINDS.keys()) {
        const raw = await stored(`SELECT count(*) FROM "${kind}" WHERE ${span}`);
        for (const level of ["5m", "1h"]) {
          await eventually(`${kind} is rolled up to ${level}`, async () => {
            const rolled = `SELECT sum(/:count$/) FROM "${kind}_${level}" WHERE ${span}`;
            return (await stored(rolled, `linli_${level}`)) === raw || undefined;
          });
        }
      }
    });

    it("answers every query of every board with the rows that the board states", { timeout: PATIENCE }, async () => {
      // a roll-up stands at the beginning of its hour
      const from = Math.floor(week.counts.from / HOUR) * HOUR;
      // up to the present, where the connections changed
      const [newest] = await ask('SELECT last("happened") FROM "transition"', "linli");
      // it stands within that millisecond
      const to = Number(newest?.values[0]?.[0]) + 1;
      const kindsInBuildings = await kindsWith("building");
      const few: string[] = [];
      let asked = 0;
      for (const query of boardsIn("en").flatMap(everyQuery)) {
        const database = DATABASES[query.source];
        if (database === undefined) continue;
        const series = await ask(interpolate(query, { from, to, interval: "30m" }), database);
        const there = series.flatMap(({ columns, values }) =>
          values.filter((row) => row.some((value, n) => columns[n] !== "time" && value !== null)),
        );
        // what stands in no building has none to choose from
        const [, kind] = /^en\/(.+): variable building$/.exec(query.name) ?? [];
        const wanted = kind !== undefined && DEVICE_KINDS.has(kind) && !kindsInBuildings.has(kind) ? 0 : query.rows;
        if (there.length < wanted) few.push(`${query.name}: ${there.length} rows of ${wanted}: ${query.text}`);
        asked++;
      }
      expect(few).toEqual([]);
      expect(asked).toBeGreaterThan(100);
    });

    it("gives the aggregates that its raw values come to", async () => {
      const kinds = Map.groupBy(week.devices, ({ kind }) => kind);
      for (const [kind, [device]] of kinds) {
        const description = DEVICE_KINDS.get(kind);
        if (!device || !description) continue;
        const raw = await readAll(device.id);
        const typeOf = (point: string) => findPoint(description, point)?.type;
        const isText = (point: string) => ["enum", "string", "list"].includes(typeOf(point) ?? "");
        const names = Object.keys(raw);
        const numbers = names.filter((name) => !isText(name));
        for (const [fn, compute] of Object.entries(AGGREGATES)) {
          const asked = OF_TEXT.has(fn) ? names : numbers;
          const answered = await read(device.id, `bucket=6h&fn=${fn}&points=${asked.join(",")}`);
          for (const point of asked) {
            const buckets = Map.groupBy(
              (raw[point] ?? []).filter(([, , flag]) => flag === undefined),
              ([at]) => Math.floor(at / (6 * HOUR)) * 6 * HOUR,
            );
            const expected = new Map(
              [...buckets].map(([at, samples]) => [at, compute(samples.map(([, value]) => value ?? ""))]),
            );
            const got = answered[point] ?? [];
            const what = `${device.id} ${point} ${fn}`;
            for (const [at, value] of got) {
              if (expected.has(at)) expect(rounded(value), what).toBe(rounded(expected.get(at)));
              // in a bucket without readings there is nothing, or nothing to count
              else expect(value ?? 0, what).toBe(0);
            }
            expect(new Set(got.map(([at]) => at)).isSupersetOf(new Set(expected.keys())), what).toBe(true);
          }
        }
      }
    });
  });
}

/** The order of additions shows in the last digits. */
function rounded(value: PointValue | null | undefined): PointValue | null | undefined {
  return typeof value === "number" ? Number(value.toPrecision(12)) : value;
}
