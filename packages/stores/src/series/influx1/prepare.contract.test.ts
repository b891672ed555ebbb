import { INFLUX_PROVIDED_BY, type InfluxUnderTest, influxServer, skipWithout, startInflux1 } from "@linli/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { optionsFor } from "../influx/influx-series.contract.ts";
import { identifier, literal } from "../influx/names.ts";
import { databaseOf, type InfluxOptions, LEVELS } from "../influx/options.ts";
import { openInflux2SeriesWriter, prepareInflux2Server } from "../influx2/open.ts";
import { openInflux1SeriesWriter, prepareInflux1Server } from "./open.ts";
import { Influx1Server } from "./server.ts";

const DAY = 86_400_000;
const RETENTION = { rawMs: 90 * DAY, fiveMinutesMs: 730 * DAY, hourMs: 3_650 * DAY };
const owner = { deviceId: "s1", kind: "environment-sensor", community: "c", compound: "p", building: "b" };

/** A user with every right on the three databases, and no other. */
async function lesserRights(options: InfluxOptions): Promise<Partial<InfluxOptions>> {
  const server = new Influx1Server(options);
  const user = `user_${options.database}`;
  const password = "may write";
  await server.ask(`CREATE USER ${identifier(user)} WITH PASSWORD ${literal(password)}`);
  for (const level of LEVELS) {
    await server.ask(`GRANT ALL ON ${identifier(databaseOf(options, level))} TO ${identifier(user)}`);
  }
  await server.close();
  return { user, password };
}

const isHere = influxServer("influx1")?.ours === true;
describe.skipIf(skipWithout(`influx1 (${INFLUX_PROVIDED_BY.influx1})`, isHere))("preparing an InfluxDB 1", () => {
  let server: InfluxUnderTest;
  let options: InfluxOptions;
  beforeAll(async () => {
    server = await startInflux1({ auth: true });
  });
  afterAll(() => server?.stop());
  beforeEach(() => {
    options = optionsFor(server, RETENTION);
  });

  const reading = { owner, point: "temperature", type: "number", value: 1, at: Date.now() } as const;
  const looks = async (given: InfluxOptions = options) =>
    Object.fromEntries((await prepareInflux1Server(given)).steps.map(({ what, is }) => [what, is]));

  test("creates what is not there, once, and keeps it as long as the settings say", async () => {
    const { database } = options;
    expect(await looks()).toMatchObject({
      version: "fine",
      [`database ${database}`]: "created",
      [`database ${database}_5m`]: "created",
      [`database ${database}_1h`]: "created",
    });
    expect(new Set(Object.values(await looks()))).toEqual(new Set(["fine"]));
  });

  test("says that a retention is too short, or longer than it need be", async () => {
    await looks();
    const { database } = options;
    const longer = { ...options, retention: { ...RETENTION, rawMs: 400 * DAY, fiveMinutesMs: 100 * DAY } };
    expect(await looks(longer)).toMatchObject({
      [`database ${database}`]: "missing",
      [`database ${database}_5m`]: "doubtful",
      [`database ${database}_1h`]: "fine",
    });
  });

  test("a server of another generation is named, by the writer too", async () => {
    const { steps } = await prepareInflux2Server(options);
    expect(steps).toMatchObject([
      { what: "version", is: "missing", remedy: expect.stringContaining("LINLI_SERIES=influx1") },
    ]);
    const writer = await openInflux2SeriesWriter(options);
    const message = expect.stringContaining("LINLI_SERIES=influx1");
    await expect(writer.write([reading])).rejects.toMatchObject({ code: "unavailable", message });
    await writer.close();
  });

  test("a server that does not answer is unavailable", async () => {
    const nowhere = { ...options, url: "http://127.0.0.1:1" };
    await expect(prepareInflux1Server(nowhere)).rejects.toMatchObject({ code: "unavailable" });
  });

  test("who may only use the databases still writes", async () => {
    await looks();
    const guest = { ...options, ...(await lesserRights(options)) };
    expect(Object.values(await looks(guest))).not.toContain("created");
    const writer = await openInflux1SeriesWriter(guest);
    expect(await writer.write([reading])).toMatchObject({ accepted: 1 });
    await writer.close();
  });

  test("who may not create them is told what an administrator must do", async () => {
    await looks();
    const guest = { ...options, ...(await lesserRights(options)), database: `${options.database}x` };
    const { steps } = await prepareInflux1Server(guest);
    const missing = steps.find(({ what }) => what === `database ${options.database}x`);
    // who may not see it is not told whether it is there
    expect(missing?.detail).toMatch(/^cannot be looked at/);
    expect(missing?.remedy).toMatch(/GRANT ALL ON .* TO .*CREATE DATABASE/);
  });
});
