import { type InfluxUnderTest, influxServers } from "@linli/testing";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openInflux1SeriesReader, openInflux1SeriesWriter, prepareInflux1Server } from "../influx1/open.ts";
import { openInflux2SeriesReader, openInflux2SeriesWriter, prepareInflux2Server } from "../influx2/open.ts";
import { AGGREGATES, type Aggregate, type Retention, type SeriesPoint } from "../port.ts";
import { reading, settle, T0 } from "../series.contract.ts";
import { addValue, aggregateOf, type Summary, summaryOf } from "../summary.ts";
import { optionsFor } from "./influx-series.contract.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const RETENTION: Retention = { rawMs: 90 * DAY, fiveMinutesMs: 730 * DAY, hourMs: 3_650 * DAY };
const FOR_GOOD: Retention = { rawMs: Infinity, fiveMinutesMs: Infinity, hourMs: Infinity };
const LATER = T0 + 120 * DAY;

const OPEN = {
  influx1: [prepareInflux1Server, openInflux1SeriesWriter, openInflux1SeriesReader],
  influx2: [prepareInflux2Server, openInflux2SeriesWriter, openInflux2SeriesReader],
} as const;

/** Each moment's last value, in the order of time. */
function settled(readings: readonly SeriesPoint[]): SeriesPoint[] {
  return [...new Map(readings.map((one) => [one.at, one])).values()].toSorted((a, b) => a.at - b.at);
}

function naive(readings: readonly SeriesPoint[], bucketMs: number, fn: Aggregate) {
  const buckets = new Map<number, Summary>();
  for (const { at, value, faulty } of settled(readings)) {
    if (faulty) continue;
    const start = at - (at % bucketMs);
    const summary = buckets.get(start);
    if (summary) addValue(summary, at, value);
    else buckets.set(start, summaryOf(at, value));
  }
  return [...buckets].map(([start, summary]) => [start, aggregateOf(summary, fn)]);
}

const readingArbitrary = fc
  .record({
    at: fc.oneof(
      fc.integer({ min: 0, max: 2 * 24 * 60 }).map((minutes) => T0 + minutes * MINUTE),
      fc.integer({ min: 0, max: 40 }).map((n) => T0 + 5 * HOUR + n * 20_000),
    ),
    value: fc.oneof(
      { weight: 6, arbitrary: fc.integer({ min: -800, max: 800 }).map((n) => n / 8) },
      { weight: 1, arbitrary: fc.constantFrom("warm", "", 'a "b" \\', "温度", true, false) },
    ),
    faulty: fc.boolean(),
  })
  .map(({ at, value, faulty }) => reading(at, value, faulty ? { faulty } : {}));

const stepArbitrary = fc.record({
  readings: fc.array(readingArbitrary, { minLength: 1, maxLength: 40 }),
  /** Rolling up begins before they are written, and goes on while they are. */
  meanwhile: fc.option(fc.integer({ min: 0, max: 60 }), { nil: undefined }),
  maintain: fc.option(fc.integer({ min: 0, max: 60 }), { nil: undefined }),
  restart: fc.boolean(),
});

for (const here of influxServers()) {
  const open = here.name === "influx3" ? undefined : OPEN[here.name];
  if (open === undefined) continue;
  const [prepare, openWriter, openReader] = open;
  describe(`roll-ups on ${here.name}`, () => {
    let server: InfluxUnderTest;
    beforeAll(async () => {
      server = await here.start();
    });
    afterAll(() => server.stop());

    async function fresh() {
      const options = optionsFor(server, RETENTION);
      await prepare({ ...options, retention: FOR_GOOD });
      let writer = await openWriter(options);
      const reader = await openReader(options);
      return {
        reader,
        get writer() {
          return writer;
        },
        async restart() {
          await writer.close();
          writer = await openWriter(options);
        },
        async remove() {
          await writer.close();
          await reader.close();
        },
      };
    }

    test("say what the raw readings said once those are gone, whatever came late, before or after a restart", async () => {
      const property = fc.asyncProperty(fc.array(stepArbitrary, { minLength: 1, maxLength: 4 }), async (steps) => {
        const store = await fresh();
        try {
          for (const { readings, meanwhile, maintain, restart } of steps) {
            if (meanwhile !== undefined) await store.writer.maintain(T0 + meanwhile * HOUR, 0);
            await store.writer.write(readings);
            if (restart) await store.restart();
            if (maintain !== undefined) await settle(store.writer, T0 + maintain * HOUR);
          }
          await settle(store.writer, T0 + 4 * DAY);
          await settle(store.writer, LATER);
          const readings = steps.flatMap((step) => step.readings);
          for (const fn of AGGREGATES) {
            for (const bucketMs of [5 * MINUTE, HOUR, DAY]) {
              const query = { deviceId: "sensor-1", points: ["temperature"], from: T0, to: LATER, limit: 10_000 };
              const asked = store.reader.aggregate({ ...query, bucketMs, fn });
              const answer = naive(readings, bucketMs, fn);
              const isText = settled(readings).every(({ value, faulty }) => faulty || typeof value === "string");
              if (isText && answer.length > 0 && !["count", "first", "last"].includes(fn)) {
                await expect(asked).rejects.toMatchObject({ code: "invalid" });
                continue;
              }
              const { points, level } = await asked;
              expect(level).toBe(bucketMs === 5 * MINUTE ? "5m" : "1h");
              expect(points.temperature, `${fn} ${bucketMs}`).toEqual(answer);
            }
          }
        } finally {
          await store.remove();
        }
      });
      await fc.assert(property, { numRuns: 12 });
    });
  });
}
