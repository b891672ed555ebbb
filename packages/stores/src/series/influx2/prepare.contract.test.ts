import { INFLUX_PROVIDED_BY, type InfluxUnderTest, influxServer, skipWithout, startInflux2 } from "@linli/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { ClientServer } from "../influx/client-server.ts";
import { optionsFor } from "../influx/influx-series.contract.ts";
import { databaseOf, type InfluxOptions, LEVELS } from "../influx/options.ts";
import { openInflux1SeriesWriter, prepareInflux1Server } from "../influx1/open.ts";
import { openInflux2SeriesWriter, prepareInflux2Server } from "./open.ts";

const DAY = 86_400_000;
const RETENTION = { rawMs: 90 * DAY, fiveMinutesMs: 730 * DAY, hourMs: 3_650 * DAY };
const owner = { deviceId: "s1", kind: "environment-sensor", community: "c", compound: "p", building: "b" };

interface Found {
  readonly buckets: readonly { readonly id: string; readonly orgID: string }[];
}

/** A token that may read and write the three buckets, and nothing else. */
async function lesserRights(options: InfluxOptions): Promise<Partial<InfluxOptions>> {
  const server = new ClientServer(options);
  const permissions: unknown[] = [];
  let orgID: string | undefined;
  for (const level of LEVELS) {
    const path = `/api/v2/buckets?name=${databaseOf(options, level)}`;
    const [bucket] = ((await server.call("GET", path)) as Found).buckets;
    orgID = bucket?.orgID;
    for (const action of ["read", "write"]) {
      permissions.push({ action, resource: { type: "buckets", orgID, id: bucket?.id } });
    }
  }
  const made = await server.call("POST", "/api/v2/authorizations", { orgID, permissions });
  await server.close();
  return { token: (made as { token: string }).token };
}

const isHere = influxServer("influx2")?.ours === true;
describe.skipIf(skipWithout(`influx2 (${INFLUX_PROVIDED_BY.influx2})`, isHere))("preparing an InfluxDB 2", () => {
  let server: InfluxUnderTest;
  let options: InfluxOptions;
  beforeAll(async () => {
    server = await startInflux2();
  });
  afterAll(() => server?.stop());
  beforeEach(() => {
    options = optionsFor(server, RETENTION);
  });

  const reading = { owner, point: "temperature", type: "number", value: 1, at: Date.now() } as const;
  const looks = async (given: InfluxOptions = options) =>
    Object.fromEntries((await prepareInflux2Server(given)).steps.map(({ what, is }) => [what, is]));

  test("creates what is not there, once, and keeps it as long as the settings say", async () => {
    const { database } = options;
    expect(await looks()).toMatchObject({
      version: "fine",
      [`bucket ${database}`]: "created",
      [`bucket ${database}_5m`]: "created",
      [`bucket ${database}_1h`]: "created",
    });
    expect(new Set(Object.values(await looks()))).toEqual(new Set(["fine"]));
  });

  test("says that a retention is too short, or longer than it need be", async () => {
    await looks();
    const { database } = options;
    const longer = { ...options, retention: { ...RETENTION, rawMs: 400 * DAY, fiveMinutesMs: 100 * DAY } };
    expect(await looks(longer)).toMatchObject({
      [`bucket ${database}`]: "missing",
      [`bucket ${database}_5m`]: "doubtful",
      [`bucket ${database}_1h`]: "fine",
    });
  });

  test("a server of another generation is named, by the writer too", async () => {
    const { steps } = await prepareInflux1Server(options);
    expect(steps).toMatchObject([
      { what: "version", is: "missing", remedy: expect.stringContaining("LINLI_SERIES=influx2") },
    ]);
    const writer = await openInflux1SeriesWriter(options);
    const message = expect.stringContaining("LINLI_SERIES=influx2");
    await expect(writer.write([reading])).rejects.toMatchObject({ code: "unavailable", message });
    await writer.close();
  });

  test("a server that does not answer is unavailable", async () => {
    const nowhere = { ...options, url: "http://127.0.0.1:1" };
    await expect(prepareInflux2Server(nowhere)).rejects.toMatchObject({ code: "unavailable" });
  });

  test("who may only use the databases still writes", async () => {
    await looks();
    const guest = { ...options, ...(await lesserRights(options)) };
    expect(Object.values(await looks(guest))).not.toContain("created");
    const writer = await openInflux2SeriesWriter(guest);
    expect(await writer.write([reading])).toMatchObject({ accepted: 1 });
    await writer.close();
  });

  test("who may not create them is told what an administrator must do", async () => {
    await looks();
    const guest = { ...options, ...(await lesserRights(options)), database: `${options.database}x` };
    const { steps } = await prepareInflux2Server(guest);
    const missing = steps.find(({ what }) => what === `bucket ${options.database}x`);
    expect(missing?.is).toBe("missing");
    expect(`${missing?.detail} ${missing?.remedy}`).toMatch(/influx bucket create/);
  });
});
