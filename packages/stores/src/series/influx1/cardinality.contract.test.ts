import { INFLUX_PROVIDED_BY, type InfluxUnderTest, influxServer, skipWithout, startInflux1 } from "@linli/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { optionsFor } from "../influx/influx-series.contract.ts";
import type { SeriesPoint } from "../port.ts";
import { openInflux1SeriesReader, openInflux1SeriesWriter } from "./open.ts";

const FOR_GOOD = { rawMs: Infinity, fiveMinutesMs: Infinity, hourMs: Infinity };
const KNOWN = 20;
const T0 = Date.UTC(2026, 10, 23);

function ofDevice(n: number, at: number): SeriesPoint {
  const owner = { deviceId: `d${n}`, kind: "environment-sensor", community: "c", compound: "p", building: "b" };
  return { owner, point: "temperature", type: "number", value: n, at };
}

const isHere = influxServer("influx1") !== undefined;
describe.skipIf(skipWithout(`influx1 (${INFLUX_PROVIDED_BY.influx1})`, isHere)).each([
  ["values of a tag", `max-values-per-tag = ${KNOWN}`],
  ["series", `max-series-per-database = ${KNOWN}`],
])("a limit of the server's own on %s", (limit, line) => {
  let server: InfluxUnderTest;
  beforeAll(async () => {
    server = await startInflux1({ configuration: { data: [line, 'index-version = "inmem"'] } });
  });
  afterAll(() => server?.stop());

  test("costs the devices beyond it, and none of the others", async () => {
    const writer = await openInflux1SeriesWriter(optionsFor(server, FOR_GOOD));
    const known = Array.from({ length: KNOWN }, (_none, n) => ofDevice(n, T0));
    expect(await writer.write(known)).toEqual({ accepted: KNOWN, conflicts: 0, rejected: [] });
    const mixed = Array.from({ length: 200 }, (_none, n) => ofDevice(n % 40, T0 + 1_000 + n));
    const { accepted, rejected } = await writer.write(mixed);
    await writer.close();
    expect(accepted).toBe(100);
    expect(rejected.map(({ index }) => index)).toEqual(
      mixed
        .keys()
        .toArray()
        .filter((n) => n % 40 >= KNOWN),
    );
    expect(rejected[0]?.reason).toMatch(/max-(values|series)/);
  });

  test("does not hold up readings of hours that are marked as late", async () => {
    const options = optionsFor(server, FOR_GOOD);
    const writer = await openInflux1SeriesWriter(options);
    // hours that are over: a mark for each device, of which there are more than of one kind
    for (const [n, kind] of ["environment-sensor", "elevator"].entries()) {
      const late = Array.from({ length: KNOWN / (limit === "series" ? 2 : 1) }, (_none, k) => {
        const point = ofDevice(n * KNOWN + k, T0 - 7_200_000);
        return { ...point, owner: { ...point.owner, kind } };
      });
      expect(await writer.write(late)).toEqual({ accepted: late.length, conflicts: 0, rejected: [] });
    }
    await writer.close();
  });

  test("does not hold up late readings when there is no room for marks", async () => {
    const options = optionsFor(server, FOR_GOOD);
    const writer = await openInflux1SeriesWriter(options);
    // not over yet, so that nothing is marked at first
    const hour = Math.floor(Date.now() / 3_600_000) * 3_600_000;
    const sensors = Array.from({ length: KNOWN }, (_none, n) => ofDevice(n, hour));
    expect((await writer.write(sensors)).rejected).toEqual([]);
    // its summaries take what room there is
    while (await writer.maintain(hour + 7_200_000, 1_000).catch(() => false));
    const later = sensors.map((point) => ({ ...point, at: point.at + 1_000 }));
    expect(await writer.write(later)).toEqual({ accepted: later.length, conflicts: 0, rejected: [] });
    while (await writer.maintain(hour + 7_200_000, 1_000).catch(() => false));
    await writer.close();
    const reader = await openInflux1SeriesReader(options);
    const query = { deviceId: "d0", points: ["temperature"], from: hour, to: hour + 3_600_000, limit: 10 };
    const counts = await reader.aggregate({ ...query, bucketMs: 3_600_000, fn: "count" });
    await reader.close();
    expect(counts.points.temperature).toEqual([[hour, 2]]);
  });
});
