import { type DeadLetterReason, formatTopic } from "@linli/model";
import { type InfluxName, type InfluxUnderTest, isWrite } from "@linli/testing";
import { demand, enrol, loggedIn, type RawClient } from "../support/enrolment.ts";
import { eventually, type Platform } from "../support/platform.ts";
import { type Fault, type FaultContext, mustHold } from "./fault.ts";
import {
  ask,
  caughtUp,
  DATABASE,
  type InfluxSite,
  needsServer,
  SERVERS,
  serialsIn,
  startInfluxSite,
} from "./influx-site.ts";
import { balance, judge, ledgerLine } from "./ledger.ts";
import { Load } from "./load.ts";

const DEVICES = 37;
const MESSAGES_EACH = 27;
const BAD_DEVICE = "bad";
const HOUR_MS = 3_600_000;

interface BadMessage {
  readonly name: string;
  /** The members of its `values`, as they are sent. */
  readonly members: string;
  readonly hoursAgo: number;
  readonly reason: DeadLetterReason;
  /** What its dead letter says. */
  readonly says: RegExp;
  /** A good value in the same message. */
  readonly kept?: string;
}

const BAD: readonly BadMessage[] = [
  {
    name: "a column that an older schema made a text",
    members: '"humidity":55,"pressure":1001',
    hoursAgo: 0.5,
    reason: "series-rejected",
    says: /field type conflict/,
    kept: "pressure",
  },
  {
    name: "older than what the server keeps",
    members: '"co2":600',
    hoursAgo: 50,
    reason: "series-rejected",
    says: /retention/,
  },
  {
    name: "not a number",
    members: '"co2":"NaN","pm10":7',
    hoursAgo: 0.4,
    reason: "not-a-number",
    says: /NaN/,
    kept: "pm10",
  },
  { name: "no JSON", members: '"co2":NaN', hoursAgo: 0.3, reason: "not-json", says: /./ },
];

interface Letter {
  readonly reason: DeadLetterReason;
  readonly field: string;
  readonly value: string;
}

const headersOf = ({ token }: InfluxUnderTest): Record<string, string> =>
  token ? { authorization: `Token ${token}` } : {};

/** What somebody else once wrote there. */
async function writeOlderSchema(influx: InfluxUnderTest): Promise<void> {
  // types hold per shard, and midnight may be near
  const times = [Date.now() - HOUR_MS / 2, Date.now()];
  const body = times.map((at) => `environment-sensor,device=older humidity="sixty percent" ${at}`).join("\n");
  const to = `${influx.url}/write?db=${DATABASE}&precision=ms`;
  const answer = await fetch(to, { method: "POST", headers: headersOf(influx), body });
  if (answer.status !== 204) throw new Error(`the older schema: ${answer.status} ${await answer.text()}`);
}

/** What an administrator once shortened, below what Linli means to keep. */
async function shortenRetention(influx: InfluxUnderTest): Promise<void> {
  if (influx.generation === 1) {
    await ask(influx, `ALTER RETENTION POLICY "autogen" ON "${DATABASE}" DURATION 2h SHARD DURATION 1h`);
    return;
  }
  const path = `${influx.url}/api/v2/buckets`;
  const headers = headersOf(influx);
  const { buckets } = (await (await fetch(`${path}?name=${DATABASE}`, { headers })).json()) as {
    buckets: { id: string }[];
  };
  const rule = { type: "expire", everySeconds: 7_200, shardGroupDurationSeconds: 3_600 };
  const body = JSON.stringify({ retentionRules: [rule] });
  const answer = await fetch(`${path}/${buckets[0]?.id}`, { method: "PATCH", headers, body });
  if (!answer.ok) throw new Error(`the retention: ${answer.status} ${await answer.text()}`);
}

async function publish(client: RawClient, messageId: number, payload: string): Promise<void> {
  client.publish(formatTopic({ type: "telemetry", deviceId: BAD_DEVICE }), messageId, payload);
  mustHold((await client.next("puback")) !== undefined, "the connection was closed");
}

/** The bad message and 999 good ones wait for the database together; resolves with how many writes they took. */
async function strike(site: InfluxSite, load: Load, sendBad: () => Promise<void>): Promise<number> {
  const { proxy, platform } = site;
  proxy.disturb({ kind: "down" });
  const already = proxy.requests.length;
  load.publishers[0]?.sendUpTo(load.publishers[0].sent + 1); // its failure holds back what follows
  await eventually("a write finds nobody", async () => (await isHeldBack(platform)) || undefined);
  load.send(MESSAGES_EACH);
  await sendBad();
  await load.settle(platform);
  proxy.clear();
  await caughtUp(platform);
  return proxy.requests.slice(already).filter((seen) => isWrite(seen) && seen.disturbed === undefined).length;
}

async function isHeldBack(platform: Platform): Promise<boolean> {
  const { faults } = await demand<{ faults: { code: string }[] }>(platform, "GET", "/api/v1/platform");
  return faults.some(({ code }) => code === "series.unavailable");
}

async function judgeLetters(platform: Platform, { name, reason, says }: BadMessage, count: number): Promise<void> {
  const path = `/api/v1/dead-letters?deviceId=${BAD_DEVICE}&limit=200`;
  const { items } = await demand<{ items: Letter[] }>(platform, "GET", path);
  mustHold(items.length === count, `${name}: ${items.length} dead letters, ${count} expected`);
  const newest = items[0];
  mustHold(newest?.reason === reason, `${name}: dead letter ${JSON.stringify(newest)}`);
  mustHold(says.test(newest?.value ?? ""), `${name}: its dead letter says only ${newest?.value}`);
}

async function judgeKept(influx: InfluxUnderTest, { name, kept }: BadMessage, at: number): Promise<void> {
  if (kept === undefined) return;
  const q = `SELECT "${kept}" FROM "environment-sensor" WHERE "device" = '${BAD_DEVICE}' AND time = ${at}ms`;
  const rows = await ask(influx, q);
  mustHold(rows.length === 1, `${name}: ${kept}, good and in the same message, stands ${rows.length} times`);
}

async function run(name: InfluxName, { rounds, note }: FaultContext): Promise<string> {
  const site = await startInfluxSite(name);
  const { influx, platform } = site;
  try {
    const load = await Load.start(platform, { devices: DEVICES, qos: [1], window: 50 });
    const tokens = await enrol(platform, { placeId: "load", ids: [BAD_DEVICE] });
    const client = await loggedIn(platform, { username: BAD_DEVICE, password: tokens.get(BAD_DEVICE) ?? "" });
    await writeOlderSchema(influx);
    await shortenRetention(influx);
    let letters = 0;
    let writes = 0;
    for (let n = 0; n < rounds; n++) {
      for (const bad of BAD) {
        const at = Date.now() - Math.round(bad.hoursAgo * HOUR_MS);
        const send = () => publish(client, ++letters, `{"ts":${at},"values":{${bad.members}}}`);
        const took = await strike(site, load, send);
        writes = Math.max(writes, took);
        await judgeLetters(platform, bad, letters);
        await judgeKept(influx, bad, at);
        note(`round ${n + 1}: ${bad.name}: one dead letter, ${took} writes`);
      }
    }
    const ledger = await balance(load.fleet, serialsIn(influx));
    judge(ledger);
    return `${letters} × one bad message among ${DEVICES * MESSAGES_EACH} for InfluxDB ${influx.version}, ${writes} writes at most: ${ledgerLine(ledger)}`;
  } finally {
    await site.dispose();
  }
}

export const f05s: readonly Fault[] = SERVERS.map((name) => ({
  id: "F5",
  title: `one bad line among a thousand for ${name}`,
  rounds: 5,
  needs: needsServer(name),
  run: (context) => run(name, context),
}));
