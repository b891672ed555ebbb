import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type NewDevice, newDeviceSchema } from "@linli/model";
import { openSqliteSeriesWriter, openSqliteState, type SeriesOwner, type SeriesPoint } from "@linli/stores";
import { startInflux1, startInflux2 } from "@linli/testing";

/**
 * `linli series copy` of ten million readings: SQLite → InfluxDB → SQLite, both ways compared entry by entry by the command
 * itself. `node bench/src/series-copy.ts [1|2] [millions] [folder]`; the second generation needs LINLI_TEST_INFLUXD2.
 */
const DEVICES = 2_000;
const POINTS = { temperature: 20, humidity: 50, pressure: 1_013, co2: 600, illuminance: 300 };
const CADENCE_MS = 60_000;
const BEGIN = Date.UTC(2026, 10, 20);
const AUTHOR = { id: "bench", type: "system", at: BEGIN } as const;
const MAIN = fileURLToPath(import.meta.resolve("../../cli/src/main.ts"));
const FOR_GOOD = { rawMs: Infinity, fiveMinutesMs: Infinity, hourMs: Infinity };

const [generation = "1", millions = "10", parent = tmpdir()] = process.argv.slice(2);
const target = Number(millions) * 1_000_000;

async function register(dataDir: string): Promise<void> {
  const state = await openSqliteState({ file: join(dataDir, "state.db") });
  const place = { id: "sub", level: "subdistrict", parentId: null, name: "S", order: 0 } as const;
  const devices = Array.from({ length: DEVICES }, (_, n): NewDevice => {
    const id = `sensor-${n}`;
    return newDeviceSchema.parse({ id, kind: "environment-sensor", name: id, placeId: "sub" });
  });
  await state.registry.importBatch({ places: [place], devices, tokenHashes: new Map() }, AUTHOR);
  await state.close();
}

async function fill(dir: string): Promise<number> {
  const writer = await openSqliteSeriesWriter({ dir, retention: FOR_GOOD });
  const owners = Array.from({ length: DEVICES }, (_, n): SeriesOwner => {
    return { deviceId: `sensor-${n}`, kind: "environment-sensor", community: "", compound: "", building: "" };
  });
  let written = 0;
  for (let round = 0; written < target; round++) {
    const batch: SeriesPoint[] = [];
    for (const [n, owner] of owners.entries()) {
      // each device has a second of its own within the minute
      const at = BEGIN + round * CADENCE_MS + ((n * 7_919) % CADENCE_MS);
      for (const [point, usual] of Object.entries(POINTS)) {
        batch.push({ owner, point, type: "number", value: usual + ((n * 31 + round * 17) % 1_000) / 100, at });
      }
    }
    written += (await writer.write(batch)).accepted;
  }
  await writer.close();
  return written;
}

interface Report {
  readonly readings: number;
  readonly seconds: number;
  readonly verification: { readonly from: { count: number; sum: number }; readonly to: { count: number; sum: number } };
}

async function copy(
  args: readonly string[],
  env: Record<string, string>,
): Promise<Report & { wholeSeconds: number; mebibytes: number }> {
  const began = performance.now();
  const command = [MAIN, "series", "copy", "--json", ...args];
  const environment = {
    PATH: process.env.PATH ?? "",
    LINLI_RETENTION_RAW: "36500d",
    LINLI_RETENTION_5M: "36500d",
    LINLI_RETENTION_1H: "36500d",
    ...env,
  };
  // GNU time would be one more thing to install: the process says itself how much memory it had
  const hook = "process.on('exit',()=>process.stderr.write('\\nrss '+process.resourceUsage().maxRSS+'\\n'))";
  const preload = `data:text/javascript,${encodeURIComponent(hook)}`;
  const { stdout, stderr } = await promisify(execFile)(process.execPath, ["--import", preload, ...command], {
    env: environment,
    maxBuffer: 64 << 20,
  });
  const mebibytes = Number(/rss (\d+)/.exec(stderr)?.[1]) / 1_024;
  return { ...(JSON.parse(stdout) as Report), wholeSeconds: (performance.now() - began) / 1_000, mebibytes };
}

const dir = await mkdtemp(join(parent, "linli-bench-copy-"));
const server = generation === "2" ? await startInflux2() : await startInflux1();
try {
  await writeFile(join(dir, "token"), server.token ?? "none");
  await register(dir);
  const began = performance.now();
  const written = await fill(join(dir, "series"));
  console.error(`${written} readings in SQLite, ${((performance.now() - began) / 1_000).toFixed(1)} s`);
  const influx = `influx${server.generation}+${server.url}/linli${server.org ? `?org=${server.org}` : ""}`;
  const env = { LINLI_DATA_DIR: dir };
  const secret = (side: string) => (server.token ? [`--${side}-token-file`, join(dir, "token")] : []);
  const steps = [
    ["--from", `sqlite:${join(dir, "series")}`, "--to", influx, ...secret("to")],
    ["--from", influx, "--to", `sqlite:${join(dir, "back", "series")}`, ...secret("from")],
  ];
  console.log(`\nInfluxDB ${server.version}, ${DEVICES} devices of ${Object.keys(POINTS).length} points\n`);
  console.log("| step | readings | copy s | readings/s | with comparison s | most memory MiB | counts | sums |");
  console.log("|---|---|---|---|---|---|---|---|");
  for (const [index, args] of steps.entries()) {
    const copied = await copy([...args, "--no-verify"], env);
    const compared = await copy(args, env);
    const { from, to } = compared.verification;
    const name = index === 0 ? "SQLite → InfluxDB" : "InfluxDB → SQLite";
    const rate = Math.round(copied.readings / copied.seconds);
    const memory = Math.round(Math.max(copied.mebibytes, compared.mebibytes));
    console.log(
      `| ${name} | ${copied.readings} | ${copied.seconds.toFixed(1)} | ${rate} | ${compared.seconds.toFixed(1)} | ${memory} | ${from.count} = ${to.count} | ${from.sum} = ${to.sum} |`,
    );
  }
} finally {
  await server.stop();
  await rm(dir, { recursive: true });
}
