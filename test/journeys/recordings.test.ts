import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Readings, Stats } from "@linli/model";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventually, type Platform, startPlatform } from "../support/platform.ts";
import { skipWithout } from "../support/required.ts";

const FOLDER = process.env.LINLI_TEST_RECORDINGS ?? "";
const VIBRATION = join(FOLDER, "elevator-vibration.csv");
const TEMPERATURE = join(FOLDER, "machine-temperature.csv");
const isThere = FOLDER !== "" && existsSync(VIBRATION) && existsSync(TEMPERATURE);
const LINLI = fileURLToPath(import.meta.resolve("../../cli/src/main.ts"));
const PATIENCE = { timeout: 300_000 };
const NUMBER = /^-?\d+(\.\d+)?$/;

/** A column of the file: its good cells in order, and how many are no numbers. */
function columnsOf(file: string, separator: string) {
  const [header = "", ...lines] = readFileSync(file, "utf8").trimEnd().split(/\r?\n/);
  const rows = lines.map((line) => line.split(separator));
  return header.split(separator).map((name, index) => {
    const cells = rows.map((row) => row[index] ?? "");
    const good = cells.filter((cell) => NUMBER.test(cell)).map(Number);
    return { name, cells, good, bad: cells.length - good.length };
  });
}

/** In units of 1e-9, so that the order of the additions does not matter. */
function exactSum(values: readonly number[]): bigint {
  return values.reduce((sum, value) => sum + BigInt(Math.round(value * 1e9)), 0n);
}

describe.skipIf(skipWithout("recordings", isThere))("a recording from a real machine (needs recordings)", () => {
  let platform: Platform;
  beforeAll(async () => {
    platform = await startPlatform();
    await platform.api("PUT", "/api/v1/places/site", { level: "subdistrict", parentId: null, name: "Site" });
  }, 120_000);
  afterAll(() => platform?.dispose());

  async function replay(...options: readonly string[]) {
    const environment = {
      ...process.env,
      LINLI_DATA_DIR: platform.dataDir,
      LINLI_MQTT_PORT: String(platform.mqtt),
    };
    const { stdout } = await promisify(execFile)(process.execPath, [LINLI, "replay", ...options, "--json"], {
      env: environment,
    });
    await eventually("everything is archived", async () => ((await stats()).archive.lag === 0 ? true : undefined));
    return JSON.parse(stdout) as { rows: number; sent: number; acknowledged: number; firstAt: number; lastAt: number };
  }
  const stats = async () => (await platform.api("GET", "/api/v1/stats")).body as Stats;

  async function readBack(deviceId: string, point: string, from: number, to: number) {
    const path = `/api/v1/devices/${deviceId}/readings?points=${point}&from=${from}&to=${to + 1}&limit=200000`;
    const { body } = await platform.api("GET", path);
    return (body as Readings).points[point]?.samples.map(([, value]) => value as number) ?? [];
  }

  it(
    "stores every good cell of a lift's vibration as it stands and guesses none of the mangled ones",
    PATIENCE,
    async () => {
      const columns = columnsOf(VIBRATION, ";");
      const map = "ball-bearing=ballBearing,humidity=humidity,vibration=vibration";
      const options = [
        "--device",
        "lift-1",
        "--create",
        "elevator",
        "--separator",
        ";",
        "--map",
        map,
        "--interval",
        "250ms",
      ];
      const sent = await replay(VIBRATION, ...options);
      expect(sent).toMatchObject({ rows: 112_001, sent: 112_001, acknowledged: 112_001 });
      for (const [index, point] of ["ballBearing", "humidity", "vibration"].entries()) {
        const values = await readBack("lift-1", point, sent.firstAt, sent.lastAt);
        expect(values.length, point).toBe(columns[index]?.good.length);
        expect(exactSum(values), point).toBe(exactSum(columns[index]?.good ?? []));
      }
      const bad = columns.reduce((sum, column) => sum + column.bad, 0);
      expect(bad).toBe(5_777);
      expect(await stats()).toMatchObject({ deadLetters: bad, archive: { rejected: bad, conflicts: 0 } });
      const listed = await platform.api("GET", "/api/v1/dead-letters?reason=not-a-number&limit=1000");
      expect(listed.body).toMatchObject({ total: bad });
    },
  );

  it(
    "converts a machine's temperature as declared, and keeps the last of two values for one moment",
    PATIENCE,
    async () => {
      const before = await stats();
      const options = ["--device", "machine-1", "--create", "environment-sensor", "--unit", "temperature=degF"];
      const sent = await replay(TEMPERATURE, ...options, "--map", "value=temperature", "--time-column", "timestamp");
      const [times, fahrenheit] = columnsOf(TEMPERATURE, ",");
      const byTime = new Map(times?.cells.map((time, index) => [time, Number(fahrenheit?.cells[index])]));
      const celsius = [...byTime.entries()]
        .toSorted(([a], [b]) => a.localeCompare(b))
        .map(([, value]) => ((value - 32) * 5) / 9);
      const values = await readBack("machine-1", "temperature", sent.firstAt, sent.lastAt);
      expect(values).toEqual(celsius);
      expect(values).toHaveLength(22_683);
      expect((await stats()).archive.conflicts - before.archive.conflicts).toBe(12);
    },
  );
});
