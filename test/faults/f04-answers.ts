import { type Disturbance, type InfluxName, isWrite, type RequestHead } from "@linli/testing";
import { demand, statusOf } from "../support/enrolment.ts";
import { eventually, type Platform } from "../support/platform.ts";
import { type Fault, type FaultContext, mustHold } from "./fault.ts";
import {
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
import { pidsOf } from "./refusal.ts";

const DEVICES = 10;
const MESSAGES_EACH = 60;
const TIMEOUT_MS = 1_000;
const RETRY_AFTER_SECONDS = 2;
/** Smaller than what all messages of one case come to, compressed. */
const MOST_BODY_BYTES = 1_500;

interface Case {
  readonly name: string;
  readonly disturbance: Disturbance;
  /** Whether everything goes in although it goes on, or nothing known until it is over. */
  readonly stored: "meanwhile" | "afterwards";
}

const refusal = (status: number, error: string, headers: Record<string, string> = {}): Disturbance => ({
  kind: "answer",
  status,
  headers: { "content-type": "application/json", ...headers },
  // InfluxDB 1 words it in `error`, 2 in `message`
  body: JSON.stringify({ error, message: error }),
});

const CASES: readonly Case[] = [
  { name: "slow", disturbance: { kind: "slow", delayMs: 150 }, stored: "meanwhile" },
  { name: "503", disturbance: refusal(503, "timeout"), stored: "afterwards" },
  { name: "500", disturbance: refusal(500, "an internal error has occurred"), stored: "afterwards" },
  { name: "reset in the middle of the body", disturbance: { kind: "reset" }, stored: "afterwards" },
  { name: "answer lost", disturbance: { kind: "lost-answer" }, stored: "afterwards" },
  { name: "no answer", disturbance: { kind: "stall" }, stored: "afterwards" },
  { name: "401", disturbance: refusal(401, "unauthorized access"), stored: "afterwards" },
  { name: "403", disturbance: refusal(403, "insufficient permissions for write"), stored: "afterwards" },
  { name: "404", disturbance: refusal(404, 'database not found: "linli"'), stored: "afterwards" },
  { name: "413", disturbance: { kind: "limit", mostBytes: MOST_BODY_BYTES }, stored: "meanwhile" },
];

/** Roll-ups go to databases of their own, whenever there is time for them. */
const isOfReadings = (head: RequestHead) => {
  const query = new URLSearchParams(head.search);
  return isWrite(head) && (query.get("db") ?? query.get("bucket")) === DATABASE;
};

/** True while ingest says of itself that the series store cannot be used. */
async function isUnavailable(platform: Platform): Promise<boolean> {
  const { faults } = await statusOf(platform, "ingest");
  return faults.some(({ code }) => code === "series.unavailable");
}

/** Sends while the database behaves so, and sees that everything goes in without a restart. */
async function strike(
  { proxy, platform }: InfluxSite,
  load: Load,
  { name, disturbance, stored, round }: Case & { readonly round: number },
): Promise<void> {
  const already = proxy.requests.length;
  const attempts = () =>
    proxy.requests.slice(already).filter(({ disturbed, status }) => disturbed !== undefined && status !== 204).length;
  proxy.disturb(disturbance, { only: isWrite });
  load.send(MESSAGES_EACH);
  await load.settle(platform);
  if (stored === "meanwhile") await caughtUp(platform);
  else {
    await eventually(`${name}: it is tried again`, () => attempts() >= 2 || undefined);
    await eventually(`${name}: a fault is open`, async () => (await isUnavailable(platform)) || undefined);
  }
  // a limit once met is remembered: from then on requests are small enough from the start
  const isMet = disturbance.kind === "slow" || (disturbance.kind === "limit" && round > 0);
  mustHold(attempts() > 0 || isMet, `${name}: no write came to it`);
  proxy.clear();
  await caughtUp(platform);
  await eventually(`${name}: the fault is over`, async () => !(await isUnavailable(platform)) || undefined);
}

/** Told to wait, it waits; resolves with the seconds. */
async function waitsAsTold({ proxy, platform }: InfluxSite, load: Load): Promise<number> {
  const already = proxy.requests.length;
  const told = refusal(429, "too many requests", { "retry-after": String(RETRY_AFTER_SECONDS) });
  proxy.disturb(told, { only: isOfReadings, times: 1 });
  load.send(MESSAGES_EACH);
  await load.settle(platform);
  await caughtUp(platform);
  const writes = proxy.requests.slice(already).filter(isOfReadings);
  const at = writes.findIndex(({ status }) => status === 429);
  const waited = ((writes[at + 1]?.at ?? Number.NaN) - (writes[at]?.at ?? Number.NaN)) / 1_000;
  mustHold(waited >= RETRY_AFTER_SECONDS, `told to wait ${RETRY_AFTER_SECONDS} s, and tried again after ${waited} s`);
  return waited;
}

async function run(name: InfluxName, { rounds, note }: FaultContext): Promise<string> {
  const site = await startInfluxSite(name, {
    LINLI_SERIES_TIMEOUT: `${TIMEOUT_MS}ms`,
    LINLI_SERIES_CONNECTIONS: "1", // so that nothing else was under way when it was told to wait
  });
  const { influx, platform } = site;
  try {
    const load = await Load.start(platform, { devices: DEVICES, qos: [1], window: 50 });
    const pids = await pidsOf(platform);
    let waited = 0;
    for (let n = 0; n < rounds; n++) {
      for (const found of CASES) {
        const begun = performance.now();
        await strike(site, load, { ...found, round: n });
        note(`round ${n + 1}: ${found.name}, over after ${((performance.now() - begun) / 1_000).toFixed(1)} s`);
      }
      waited = Math.max(waited, await waitsAsTold(site, load));
    }
    mustHold(pids === (await pidsOf(platform)), `a process ended:\n${platform.stderr()}`);
    const letters = await demand<{ reasons: object }>(platform, "GET", "/api/v1/dead-letters/counts");
    mustHold(Object.keys(letters.reasons).length === 0, `dead letters: ${JSON.stringify(letters.reasons)}`);
    const ledger = await balance(load.fleet, serialsIn(influx));
    judge(ledger);
    const answers = `${rounds} × ${CASES.length + 1} answers in the way of InfluxDB ${influx.version}`;
    return `${answers}, Retry-After ${RETRY_AFTER_SECONDS} kept with ${waited.toFixed(1)} s: ${ledgerLine(ledger)}`;
  } finally {
    await site.dispose();
  }
}

export const f04s: readonly Fault[] = SERVERS.map((name) => ({
  id: "F4",
  title: `${name} slow, 429, 5xx, reset, silent, 401, 403, 404, 413`,
  rounds: 5,
  needs: needsServer(name),
  run: (context) => run(name, context),
}));
