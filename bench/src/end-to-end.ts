import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { days, type Stats } from "@linli/model";
import { openSqliteSeriesWriter, type SeriesOwner, type SeriesPoint } from "@linli/stores";
import { Flood, type FloodResult } from "@linli/testing";
import { eventually, type Platform, startPlatform } from "../../test/support/platform.ts";
import { seedFleet } from "./fleet.ts";
import { type Measure, median, milliseconds, quantile, thousands } from "./table.ts";

const DEVICES = 20_000;
const CONNECTIONS = 50;
const POINTS = ["temperature", "humidity", "co2"] as const;
const MEMBERS = '"temperature":21.5,"humidity":40.5,"co2":640';
const CADENCE_MS = 900_000;
const STEADY_PER_SECOND = 20_000;
const STEADY_SECONDS = 30;
const FLAT_OUT = 900_000;
const PROBES = 200;
/** One round over 20,000 devices at 50,000 messages/s takes this long: their readings are as far apart. */
const STEP_MS = 400;

/** A day of readings at one message per 15 minutes and device, as if the site had run since yesterday. */
async function prefill(dataDir: string): Promise<void> {
  const retention = { rawMs: days(90), fiveMinutesMs: days(730), hourMs: days(3_650) };
  const writer = await openSqliteSeriesWriter({ dir: join(dataDir, "series"), retention });
  const owners: readonly SeriesOwner[] = Array.from({ length: DEVICES }, (_, n) => ({
    deviceId: `sensor-${n}`,
    kind: "environment-sensor",
    community: "",
    compound: "",
    building: "",
  }));
  const from = Date.now() - days(1);
  for (let at = from; at < from + days(1) - CADENCE_MS; at += CADENCE_MS) {
    for (let start = 0; start < DEVICES; start += 5_000) {
      const batch = owners
        .slice(start, start + 5_000)
        .flatMap((owner): SeriesPoint[] =>
          POINTS.map((point, n) => ({ owner, point, type: "number", value: 20 + n, at: at + start })),
        );
      await writer.write(batch);
    }
  }
  while (await writer.maintain(Date.now(), 100)) {
    // each call is one slice: a site that has run since yesterday has its roll-ups
  }
  await writer.close();
}

async function stats(platform: Platform): Promise<Stats> {
  return (await platform.api("GET", "/api/v1/stats")).body as Stats;
}

async function drained(platform: Platform, values: number): Promise<number> {
  const start = performance.now();
  await eventually("everything is stored", async () =>
    (await stats(platform)).archive.written >= values ? true : undefined,
  );
  return (performance.now() - start) / 1_000;
}

async function flatOut(platform: Platform, flood: Flood): Promise<Measure> {
  const before = (await stats(platform)).archive.written;
  const { seconds } = await flood.run(FLAT_OUT);
  const rest = await drained(platform, before + FLAT_OUT * POINTS.length);
  return {
    what: `stored end to end, flat out (${DEVICES} devices, 3 values)`,
    linli: `${thousands(FLAT_OUT / (seconds + rest))}; acknowledged at ${thousands(FLAT_OUT / seconds)}`,
    reference: "–",
    ratio: "–",
    goal: "≥ 45k/s",
  };
}

async function steady(platform: Platform, flood: Flood): Promise<Measure> {
  const messages = STEADY_PER_SECOND * STEADY_SECONDS;
  const before = (await stats(platform)).archive.written;
  const { seconds } = await flood.run(messages, STEADY_PER_SECOND);
  const { archive } = await stats(platform);
  const rest = await drained(platform, before + messages * POINTS.length);
  return {
    what: `stored end to end, steady for ${STEADY_SECONDS} s`,
    linli: `${thousands(messages / seconds)}, ${archive.lag} records behind at the end (${rest.toFixed(1)} s)`,
    reference: "–",
    ratio: "–",
    goal: "≥ 20k/s",
  };
}

async function acknowledgementLatency(flood: Flood): Promise<Measure> {
  const { latencies }: FloodResult = await flood.run(100_000, 5_000);
  return {
    what: "PUBACK at 5,000/s, everything running: p50 / p99",
    linli: `${milliseconds(quantile(latencies, 0.5))} / ${milliseconds(quantile(latencies, 0.99))}`,
    reference: "–",
    ratio: "–",
    goal: "p99 ≤ 10 ms",
  };
}

/** From the write of a publish to the first answer of the API that has its value, under a load of 1,000/s. */
async function visibility(
  platform: Platform,
  background: Flood,
  probe: Flood,
  deviceId: string,
  firstAt: number,
): Promise<Measure> {
  const load = background.run(60_000, 1_000);
  const times: number[] = [];
  for (let n = 0; n < PROBES; n++) {
    const start = performance.now();
    await probe.run(1);
    for (;;) {
      const { body } = await platform.api("GET", `/api/v1/devices/${deviceId}/state`);
      const { points } = body as { points: Record<string, { observedAt: number }> };
      if ((points.temperature?.observedAt ?? 0) >= firstAt + n * STEP_MS) break;
    }
    times.push(performance.now() - start);
  }
  await load;
  const sorted = Float64Array.from(times).sort();
  return {
    what: "publish → visible in the API at 1,000/s: p50 / p99",
    linli: `${milliseconds(median(times))} / ${milliseconds(quantile(sorted, 0.99))}`,
    reference: "–",
    ratio: "–",
    goal: "≤ 50 / 150 ms",
  };
}

/** The whole platform on 20,000 devices with a day behind them. */
export async function measureEndToEnd(): Promise<Measure[]> {
  const dataDir = await mkdtemp(join(tmpdir(), "linli-bench-"));
  const fleet = await seedFleet(dataDir, DEVICES, CONNECTIONS);
  await prefill(dataDir);
  const platform = await startPlatform({
    dataDir,
    environment: { LINLI_LOG_LEVEL: "error", LINLI_MQTT_RATE_PER_DEVICE: "1000000" },
  });
  try {
    const connect = async (connections: typeof fleet, window: number, firstAt: number) => {
      const flood = new Flood({ port: platform.mqtt, connections, window, members: MEMBERS, firstAt, stepMs: STEP_MS });
      if (!(await flood.connected())) throw new Error("not everybody was let in");
      return flood;
    };
    const flood = await connect(fleet, 200, Date.now() - 60_000);
    const [first] = fleet;
    const own = first && { ...first, topics: first.topics.slice(0, 1) };
    const before = (await stats(platform)).archive.written;
    await flood.run(DEVICES); // everybody comes online once
    await drained(platform, before + DEVICES * POINTS.length);
    const rows = [await acknowledgementLatency(flood)];
    if (own) {
      const firstAt = Date.now();
      const others = fleet.map((connection) => ({ ...connection, topics: connection.topics.slice(1) }));
      const background = await connect(others, 200, Date.now() - 50_000);
      const probe = await connect([own], 1, firstAt);
      rows.push(await visibility(platform, background, probe, own.topics[0]?.split("/")[3] ?? "", firstAt));
      background.close();
      probe.close();
    }
    rows.push(await steady(platform, flood), await flatOut(platform, flood));
    flood.close();
    return rows;
  } finally {
    await platform.stop();
    await platform.dispose();
    await rm(dataDir, { recursive: true, force: true });
  }
}
