import type { DeviceState } from "@linli/model";
import type { BrokerDetails } from "@linli/runtime";
import type { InfluxName } from "@linli/testing";
import { demand, statusOf } from "../support/enrolment.ts";
import { type Platform } from "../support/platform.ts";
import { type Fault, type FaultContext, mustHold } from "./fault.ts";
import { caughtUp, needsServer, SERVERS, serialsIn, startInfluxSite } from "./influx-site.ts";
import { balance, judge, ledgerLine } from "./ledger.ts";
import { Load } from "./load.ts";
import { isRefused, pidsOf, showsFaults } from "./refusal.ts";

const DEVICES = 5;
const CAP_BYTES = 4 << 20;
/** White space makes a message long, so that few of them fill the journal. */
const MEMBERS = `"temperature":21.5${" ".repeat(4_000)}`;
/** Together more than the journal may hold. */
const MESSAGES_EACH = Math.ceil((2 * CAP_BYTES) / 4_000 / DEVICES);
/** What waits for the journal is given back when its senders are sent away; a tick a second still waits. */
const MOST_PENDING_BYTES = 64 << 10;

async function isCalm(platform: Platform, load: Load): Promise<void> {
  const { pendingBytes } = (await statusOf<BrokerDetails>(platform, "broker")).details.journal;
  mustHold(pendingBytes < MOST_PENDING_BYTES, `${pendingBytes} bytes still wait for a journal that takes nothing`);
  for (const deviceId of load.fleet.keys()) {
    const { connection } = await demand<DeviceState>(platform, "GET", `/api/v1/devices/${deviceId}/state`);
    mustHold(connection === "online", `${deviceId} is called ${connection}, and it was us who sent it away`);
  }
}

async function run(name: InfluxName, { rounds, note }: FaultContext): Promise<string> {
  const site = await startInfluxSite(name, {
    LINLI_JOURNAL_MAX_BYTES: String(CAP_BYTES),
    LINLI_JOURNAL_SEGMENT_BYTES: String(CAP_BYTES / 8),
    LINLI_JOURNAL_RETENTION: "1s",
  });
  const { influx, platform } = site;
  try {
    const load = await Load.start(platform, { devices: DEVICES, qos: [1], window: 20, members: MEMBERS });
    load.send(1);
    await load.settle(platform);
    await caughtUp(platform);
    const pids = await pidsOf(platform);
    let withheld = 0;
    for (let n = 0; n < rounds; n++) {
      await influx.kill();
      load.send(MESSAGES_EACH);
      await isRefused(platform, load);
      withheld += load.publishers.reduce((sum, { resending }) => sum + resending, 0);
      await showsFaults(platform, ["journal.blocked", "series.unavailable"]);
      await isCalm(platform, load);
      await influx.restart();
      await load.settle(platform);
      await caughtUp(platform);
      await showsFaults(platform, []);
      await isCalm(platform, load);
      note(`round ${n + 1}: ${load.acknowledged} acknowledged so far, ${withheld} withheld and sent again`);
    }
    mustHold(pids === (await pidsOf(platform)), `a process ended:\n${platform.stderr()}`);
    const ledger = await balance(load.fleet, serialsIn(influx));
    judge(ledger);
    return `${rounds} × journal full while InfluxDB ${influx.version} is away, ${withheld} acknowledgements withheld: ${ledgerLine(ledger)}`;
  } finally {
    await site.dispose();
  }
}

export const f03Caps: readonly Fault[] = SERVERS.map((name) => ({
  id: "F3",
  title: `${name} away until the journal is full: acknowledgements are withheld, never given and then broken`,
  rounds: 5,
  needs: needsServer(name),
  run: (context) => run(name, context),
}));
