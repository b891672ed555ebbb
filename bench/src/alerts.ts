import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { DEVICE_KINDS, ruleSchema } from "@linli/model";
import { loadShippedRules } from "@linli/rules";
import { openSqliteState } from "@linli/stores";
import { Flood, type FloodConnection } from "@linli/testing";
import { arrange, RULE } from "../../test/support/alert-path.ts";
import { AlertReceiver } from "../../test/support/alert-receiver.ts";
import { eventually, type Platform, startPlatform } from "../../test/support/platform.ts";
import { seedFleet } from "./fleet.ts";
import { type Measure, milliseconds, quantile } from "./table.ts";

const DEVICES = 5_000;
const GATEWAYS = 50;
const PER_SECOND = 5_000;
const RULES = 1_000;
const PROBES = 60;
const APART_MS = 1_000;
const WORDS = { zh: "测量", en: "measured" };
const AUTHOR = { id: "bench", type: "system", at: 0 } as const;

/** Rules that never hold, over all kinds and their numbers alike, until there are so many with those that come along. */
async function addRules(dataDir: string): Promise<{ readonly total: number; readonly meetingTheProbe: number }> {
  const { rules } = await loadShippedRules();
  const places = [...DEVICE_KINDS.values()].flatMap(({ id, points }) =>
    Object.entries(points).flatMap(([point, { type }]) => (type === "number" ? [{ kind: id, point }] : [])),
  );
  const added = Array.from({ length: RULES - rules.length }, (_, n) => {
    const { kind, point } = places[n % places.length] ?? { kind: "gateway", point: "rssi" };
    const levels = [{ severity: "low", when: { point, above: 1e9 + n }, for: "5m" }];
    const plain = { start: "armed", role: "property", name: WORDS, text: WORDS, steps: WORDS };
    return ruleSchema.parse({ ...plain, id: `bench.rule${n}`, kinds: [kind], levels });
  });
  const state = await openSqliteState({ file: join(dataDir, "state.db") });
  for (const rule of added) await state.rules.put(rule, 0, "to be measured", AUTHOR);
  await state.close();
  const kind = "environment-sensor";
  const meets = [...added, ...rules].filter(
    ({ kinds, levels }) => (kinds ?? [kind]).includes(kind) && JSON.stringify(levels).includes('"temperature"'),
  );
  return { total: added.length + rules.length, meetingTheProbe: meets.length };
}

function row(what: string, times: readonly number[], goal: string): Measure {
  const sorted = Float64Array.from(times).sort();
  const [p50, p99] = [quantile(sorted, 0.5), quantile(sorted, 0.99)];
  return { what, linli: `${milliseconds(p50)} / ${milliseconds(p99)}`, reference: "–", ratio: "–", goal };
}

async function probe(platform: Platform, hot: Flood, receiver: AlertReceiver, ids: readonly string[]) {
  const [opened, told]: [number[], number[]] = [[], []];
  for (const [n, id] of ids.entries()) {
    // alerts come one by one: each meets what has gathered since the last one was committed
    await delay(APART_MS + (n % 10) * (APART_MS / 10));
    const start = performance.now();
    await hot.run(1);
    const query = `/api/v1/alerts?device=${id}&rule=${RULE}`;
    await eventually(`the alert of ${id} is open`, async () => {
      const { body } = await platform.api("GET", query);
      return (body as { items: unknown[] }).items.length > 0 || undefined;
    });
    opened.push(performance.now() - start);
    const alertOf = (deviceId: string) => `${RULE}_${deviceId}_`;
    await eventually(`somebody is told of ${id}`, () => receiver.arrivedAt(alertOf(id)));
    told.push((receiver.arrivedAt(alertOf(id)) ?? Number.NaN) - start);
  }
  return { opened, told };
}

/** From the write of a publish to an open alert, and to the channel, while everybody else reports. */
export async function measureAlerts(): Promise<Measure[]> {
  const dataDir = await mkdtemp(join(tmpdir(), "linli-bench-"));
  const fleet = await seedFleet(dataDir, DEVICES + PROBES, GATEWAYS);
  const { total, meetingTheProbe } = await addRules(dataDir);
  const receiver = await AlertReceiver.start(() => "take");
  const platform = await startPlatform({
    dataDir,
    environment: { LINLI_LOG_LEVEL: "error", LINLI_MQTT_RATE_PER_DEVICE: "1000000", LINLI_CHANNELS_ALLOW: "127.0.0.1" },
  });
  try {
    await arrange(platform, receiver.url);
    const connect = async (connections: readonly FloodConnection[], window: number, temperature: number) => {
      const members = `"temperature":${temperature},"humidity":40.5,"co2":640`;
      const times = { firstAt: Date.now() - 60_000, stepMs: 1_000 };
      const flood = new Flood({ port: platform.mqtt, connections, window, members, ...times });
      if (!(await flood.connected())) throw new Error("not everybody was let in");
      return flood;
    };
    const [first, ...others] = fleet;
    if (first === undefined) throw new Error("no gateway");
    const topics = first.topics.slice(0, PROBES);
    const background = await connect(others, 200, 21.5);
    await background.run(DEVICES); // everybody comes online once
    const hot = await connect([{ ...first, topics }], 1, 60);
    const load = { over: false };
    const noise = async () => {
      while (!load.over) await background.run(PER_SECOND, PER_SECOND);
    };
    const ids = topics.map((topic) => topic.split("/")[3] ?? "");
    const probing = probe(platform, hot, receiver, ids).finally(() => {
      load.over = true;
    });
    const [{ opened, told }] = await Promise.all([probing, noise()]);
    background.close();
    hot.close();
    const where = `at ${PER_SECOND}/s with ${total} rules (${meetingTheProbe} read this point)`;
    return [
      row(`publish → alert open in the API ${where}: p50 / p99`, opened, "p99 ≤ 200 ms"),
      row("publish → message at the channel, same run: p50 / p99", told, "p99 ≤ 1 s"),
    ];
  } finally {
    await platform.stop();
    await platform.dispose();
    await receiver.close();
    await rm(dataDir, { recursive: true, force: true });
  }
}
