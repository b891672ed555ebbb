import { LinliError } from "@linli/model";
import { createMemorySeries, type SeriesPoint } from "@linli/stores";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createTestApi, START_AT, type TestApi } from "../../testing/test-api.ts";

const owner = { deviceId: "dev-a", kind: "environment-sensor", community: "a", compound: "", building: "a-1" };
const MINUTE = 60_000;
const HOUR_AGO = START_AT - 60 * MINUTE;

let api: TestApi;
beforeEach(async () => {
  const series = createMemorySeries();
  const points: SeriesPoint[] = Array.from({ length: 60 }, (_, n) => ({
    owner,
    point: "temperature",
    type: "number",
    value: n,
    at: HOUR_AGO + n * MINUTE,
    faulty: n === 59,
  }));
  const text: SeriesPoint = { owner, point: "note", type: "string", value: '=1+1,"x"', at: HOUR_AGO };
  await series.writer.write([...points, text]);
  api = await createTestApi({ series: series.reader });
});
afterEach(() => api.close());

const get = (query: string) => api.admin("GET", `/api/v1/devices/dev-a/readings${query}`);

describe("readings", () => {
  it("come with their unit and with what is faulty flagged", async () => {
    const { status, body } = await get("?points=temperature");
    expect(status).toBe(200);
    expect(body).toMatchObject({ deviceId: "dev-a", bucketMs: null, fn: null, level: "raw", truncated: false });
    expect(body.points.temperature.unit).toBe("Cel");
    expect(body.points.temperature.samples).toHaveLength(60);
    expect(body.points.temperature.samples[0]).toEqual([HOUR_AGO, 0]);
    expect(body.points.temperature.samples[59]).toEqual([HOUR_AGO + 59 * MINUTE, 59, "faulty"]);
  });

  it("are all points unless some are asked for, within times of either form", async () => {
    expect(Object.keys((await get("")).body.points).sort()).toEqual(["note", "temperature"]);
    const from = encodeURIComponent(new Date(HOUR_AGO + MINUTE).toISOString());
    const { body } = await get(`?points=temperature&from=${from}&to=${HOUR_AGO + 3 * MINUTE}`);
    expect(body.points.temperature.samples.map(([, value]: [number, number]) => value)).toEqual([1, 2]);
    const china = encodeURIComponent("2026-01-15T15:01:00+08:00");
    expect((await get(`?points=temperature&from=${china}&to=${HOUR_AGO + 2 * MINUTE}`)).body.from).toBe(
      HOUR_AGO + MINUTE,
    );
  });

  it("become one value per bucket, without the faulty one", async () => {
    const range = `from=${HOUR_AGO}&to=${START_AT}`;
    const { body } = await get(`?points=temperature&${range}&bucket=30m&fn=max`);
    expect(body).toMatchObject({ bucketMs: 1_800_000, fn: "max" });
    expect(body.points.temperature.samples).toEqual([
      [HOUR_AGO, 29],
      [HOUR_AGO + 30 * MINUTE, 58],
    ]);
    const count = await get(`?points=temperature&${range}&bucket=1h&fn=count`);
    expect(count.body.points.temperature).toEqual({ unit: null, samples: [[HOUR_AGO, 59]] });
  });

  it("say when there are more than asked for", async () => {
    const { body } = await get("?points=temperature&limit=10");
    expect([body.truncated, body.points.temperature.samples.length]).toEqual([true, 10]);
  });

  it("refuse what cannot be answered, by its field", async () => {
    for (const [query, field] of [
      [`?from=${START_AT}&to=${HOUR_AGO}`, "from"],
      ["?bucket=1ms", "bucket"],
      ["?fn=mean", "bucket"],
      ["?points=a%22%3Bdrop", "points"],
      ["?from=2026-01-15T10:00", "from"],
    ] as const) {
      const { status, body } = await get(query);
      expect([status, body.problems?.[0]?.field], query).toEqual([400, field]);
    }
    expect((await get("?points=note&bucket=1h&fn=mean")).status).toBe(400);
  });

  it("are a CSV file that a spreadsheet opens safely", async () => {
    const { headers, body } = await get("?points=note,temperature&format=csv");
    expect(headers["content-type"]).toMatch(/^text\/csv/);
    const lines = String(body).trim().split("\r\n");
    expect(lines[0]).toBe("time,point,value,unit,flag");
    expect(lines[1]).toBe(`${new Date(HOUR_AGO).toISOString()},note,"'=1+1,""x""",,`);
    expect(lines[2]).toBe(`${new Date(HOUR_AGO).toISOString()},temperature,0,Cel,`);
    expect(lines.at(-1)).toMatch(/temperature,59,Cel,faulty$/);
    expect(lines).toHaveLength(62);
    const token = await api.tokenFor("viewer", "a");
    const accept = { headers: { accept: "text/csv" } };
    const negotiated = await api.call(token, "GET", "/api/v1/devices/dev-a/readings", accept);
    expect(negotiated.headers["content-type"]).toMatch(/^text\/csv/);
  });

  it("can be asked for the newest only", async () => {
    const { body } = await api.admin("GET", "/api/v1/devices/dev-a/readings/last");
    expect(body.points.temperature[0]).toBe(HOUR_AGO + 59 * MINUTE);
  });
});

it("a series store that is away is told of, not where it stands", async () => {
  await api.close();
  const away = () => Promise.reject(new LinliError("unavailable", "InfluxDB at http://10.1.2.3:8086: ECONNREFUSED"));
  const { reader } = createMemorySeries();
  api = await createTestApi({ series: { ...reader, range: away, aggregate: away, last: away, points: away } });
  for (const path of ["readings", "readings?points=temperature", "readings/last"]) {
    const { status, body } = await api.admin("GET", `/api/v1/devices/dev-a/${path}`);
    expect([path, status]).toEqual([path, 503]);
    expect(body.detail).toContain("cannot be reached");
    expect(JSON.stringify(body)).not.toMatch(/10\.1\.2\.3|InfluxDB/);
  }
});
