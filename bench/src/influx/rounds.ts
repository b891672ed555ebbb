import { setTimeout as sleep } from "node:timers/promises";
import { Flood, type FloodConnection } from "@linli/testing";
import { usageOf } from "../servers.ts";
import { quantile } from "../table.ts";
import { ask, momentsStored, type Span, waitForStored } from "./counting.ts";
import { MEASUREMENT, MEMBERS, type Stack } from "./stack.ts";

/** One round over the devices is so far from the next, ms of observation time. */
const STEP_MS = 400;
const WINDOW = 200;

export interface Load {
  readonly stack: Stack;
  readonly fleet: readonly FloodConnection[];
  /** Each gets observation times of its own. */
  readonly spans: Iterator<Span>;
}

/** Spans of a quarter of an hour, one after another, of today and yesterday. */
export function* spansFrom(start: number): Generator<Span> {
  const length = 900_000;
  for (let n = 0; ; n++) yield { from: start + n * length, to: start + (n + 1) * length };
}

async function open(load: Load, fleet: readonly FloodConnection[], options: { stepMs: number; window: number }) {
  const span = load.spans.next().value as Span;
  const flood = new Flood({
    port: load.stack.port,
    connections: fleet,
    members: MEMBERS,
    firstAt: span.from,
    ...options,
  });
  if (!(await flood.connected())) throw new Error(`${load.stack.name} did not let everybody in`);
  return { flood, span };
}

const flooding = { stepMs: STEP_MS, window: WINDOW };

export interface FlatOut {
  readonly acknowledgedPerSecond: number;
  readonly storedPerSecond: number;
  readonly stored: number;
}

/** As fast as it is acknowledged; over when all is in the database. */
export async function flatOut(load: Load, messages: number): Promise<FlatOut> {
  const { flood, span } = await open(load, load.fleet, flooding);
  const start = performance.now();
  const { seconds } = await flood.run(messages);
  const stored = await waitForStored(load.stack, span, messages);
  const all = (performance.now() - start) / 1_000;
  flood.close();
  return { acknowledgedPerSecond: messages / seconds, storedPerSecond: stored / all, stored };
}

export interface Steady {
  readonly sentPerSecond: number;
  /** Until all was in the database, after the last was acknowledged. */
  readonly restSeconds: number;
  readonly stored: number;
  readonly ackP99Ms: number;
  /** Of its processes but the database, per 10,000 messages. */
  readonly cpuSeconds: number;
  readonly rssBytes: number;
}

export async function steady(load: Load, perSecond: number, seconds: number): Promise<Steady> {
  const { stack } = load;
  const { flood, span } = await open(load, load.fleet, flooding);
  const messages = perSecond * seconds;
  const pids = await stack.pids();
  const usage = async () => Promise.all(pids.map((pid) => usageOf(pid)));
  const total = (all: Awaited<ReturnType<typeof usage>>) => all.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0);
  const before = total(await usage());
  const { seconds: took, latencies } = await flood.run(messages, perSecond);
  const end = performance.now();
  const stored = await waitForStored(stack, span, messages);
  const restSeconds = (performance.now() - end) / 1_000;
  const after = await usage();
  flood.close();
  return {
    sentPerSecond: messages / took,
    restSeconds,
    stored,
    ackP99Ms: quantile(latencies, 0.99),
    cpuSeconds: ((total(after) - before) / messages) * 10_000,
    rssBytes: after.reduce((sum, { rssBytes }) => sum + rssBytes, 0),
  };
}

const PROBES = 200;
const PROBES_PER_SECOND = 10;
const BACKGROUND = 1_000;

/** From the write of a publish to the first answer of the database that has it, under a load of 1,000/s; sorted, ms. */
export async function visibility(load: Load): Promise<Float64Array> {
  const { stack, fleet } = load;
  const [first] = fleet;
  if (!first) throw new Error("no fleet");
  const others = fleet.map((connection) => ({ ...connection, topics: connection.topics.slice(1) }));
  const { flood: background } = await open(load, others, flooding);
  const own = { ...first, topics: first.topics.slice(0, 1) };
  const device = own.topics[0]?.split("/")[3] ?? "";
  const { flood: probe, span } = await open(load, [own], { stepMs: 1, window: PROBES });
  const loaded = background.run(((PROBES / PROBES_PER_SECOND) * 1.1 + 3) * BACKGROUND, BACKGROUND);
  await sleep(2_000);
  const seen = new Map<number, number>();
  const start = performance.now();
  const sent = probe.run(PROBES, PROBES_PER_SECOND);
  const giveUp = start + (PROBES / PROBES_PER_SECOND + 10) * 1_000;
  while (seen.size < PROBES && performance.now() < giveUp) {
    const condition = `"device" = '${device}' AND time >= ${span.from}ms AND time < ${span.to}ms`;
    const [series] = await ask(stack, `SELECT "${stack.field}" FROM "${MEASUREMENT}" WHERE ${condition}`);
    const now = performance.now();
    for (const [at] of series?.values ?? []) if (!seen.has(Number(at))) seen.set(Number(at), now);
    await sleep(2);
  }
  await Promise.all([sent, loaded]);
  background.close();
  probe.close();
  // the generator sends message n when n + 1 of them are due
  const times = [...seen].map(([at, now]) => now - start - ((at - span.from + 1) / PROBES_PER_SECOND) * 1_000);
  return Float64Array.from(times).sort();
}

/** Longer than it takes the other broker to save its sessions. */
const KILL_AFTER_MS = 8_000;
const AWAY_MS = 1_000;
const AFTERWARDS = 1_000;
const RECOVERY_MS = 10_000;
const SILENCE_MS = 8_000;

export interface Killed {
  readonly acknowledged: number;
  readonly lost: number;
  /** What was sent ten seconds after the broker was back is stored. */
  readonly recovers: boolean;
}

/** The broker is killed under load and comes back: what it had acknowledged, then and at once afterwards, and what is stored. */
export async function killedBroker(load: Load, perSecond: number): Promise<Killed> {
  const { stack, fleet } = load;
  const { flood, span } = await open(load, fleet, flooding);
  // ends with the connection, as it must
  const sent = flood.run(perSecond * 60, perSecond).catch(() => undefined);
  await sleep(KILL_AFTER_MS);
  await stack.killBroker();
  await sent;
  const acknowledged = flood.acknowledgedEach;
  await sleep(AWAY_MS);
  await stack.brokerIsBack();

  const sendMore = async () => {
    const more = await open(load, fleet, flooding);
    await more.flood.run(AFTERWARDS, AFTERWARDS);
    more.flood.close();
    return more.span;
  };
  const atOnce = await sendMore();
  await sleep(RECOVERY_MS);
  const recovers = (await waitForStored(stack, await sendMore(), AFTERWARDS)) === AFTERWARDS;
  const missingAtOnce = AFTERWARDS - (await waitForStored(stack, atOnce, AFTERWARDS, SILENCE_MS));

  const all = acknowledged.reduce((sum, count) => sum + count, 0);
  // some that were not acknowledged are stored too: only silence says that no more come
  await waitForStored(stack, span, Infinity, SILENCE_MS);
  const stored = await momentsStored(stack, span);
  let lost = 0;
  for (const [line, { topics }] of fleet.entries()) {
    for (let n = 0; n < (acknowledged[line] ?? 0); n++) {
      const device = topics[n % topics.length]?.split("/")[3] ?? "";
      const at = span.from + STEP_MS * Math.floor(n / topics.length);
      if (!stored.get(device)?.has(at)) lost++;
    }
  }
  return { acknowledged: all + AFTERWARDS, lost: lost + missingAtOnce, recovers };
}
