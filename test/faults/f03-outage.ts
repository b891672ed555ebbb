import type { DeviceState } from "@linli/model";
import { FIRST_SERIAL, type InfluxName } from "@linli/testing";
import { demand } from "../support/enrolment.ts";
import { eventually, type Platform } from "../support/platform.ts";
import { type Fault, type FaultContext, mustHold } from "./fault.ts";
import { backlogOf, caughtUp, memoryOf, needsServer, SERVERS, serialsIn, startInfluxSite } from "./influx-site.ts";
import { balance, judge, ledgerLine } from "./ledger.ts";
import { Load } from "./load.ts";
import { pidsOf, showsFaults } from "./refusal.ts";

const DEVICES = 50;
const NOMINAL_PER_SECOND = 5_000;
const SECONDS_BEFORE = 1;
/** How long the database is away, each round. */
const SECONDS_AWAY = 2;
/** Far below what a queue of the messages in memory would cost in the long form, far above what a collector leaves lying. */
const MOST_GROWTH_BYTES = 256 << 20;

/** What a device said last is what the API shows, whatever the series store does. */
async function isLive(platform: Platform, load: Load): Promise<void> {
  for (const [deviceId, publisher] of load.fleet) {
    await eventually(`${deviceId} is shown as it is`, async () => {
      const state = await demand<DeviceState>(platform, "GET", `/api/v1/devices/${deviceId}/state`);
      mustHold(state.connection === "online", `${deviceId} is ${state.connection} while only the database is away`);
      return state.points.serial?.value === FIRST_SERIAL + publisher.sent - 1 || undefined;
    });
  }
}

async function run(name: InfluxName, { rounds, note }: FaultContext): Promise<string> {
  const site = await startInfluxSite(name);
  const { influx, platform } = site;
  try {
    const load = await Load.start(platform, { devices: DEVICES, qos: [1], window: 400 });
    await load.sendSteadily({ perSecond: NOMINAL_PER_SECOND, seconds: SECONDS_BEFORE });
    await load.settle(platform);
    await caughtUp(platform);
    const [pids, before] = [await pidsOf(platform), await memoryOf(platform)];

    let worst = 0;
    // in mid-flight: what is being written at this moment is neither answered nor given up
    const steadily = load.sendSteadily({ perSecond: NOMINAL_PER_SECOND, seconds: SECONDS_AWAY / 2 });
    await influx.kill();
    await steadily;
    for (let n = 0; n < rounds; n++) {
      await load.sendSteadily({ perSecond: NOMINAL_PER_SECOND, seconds: SECONDS_AWAY });
      await load.settle(platform);
      await isLive(platform, load);
      const now = await memoryOf(platform);
      for (const part of ["broker", "ingest", "api"] as const) {
        const grown = now[part] - before[part];
        worst = Math.max(worst, grown);
        mustHold(grown < MOST_GROWTH_BYTES, `${part} grew by ${grown >> 20} MB`);
      }
      note(`round ${n + 1}: ${await backlogOf(platform)} messages wait, memory at most +${worst >> 20} MB`);
    }
    await showsFaults(platform, ["series.unavailable"]);

    const backlog = await backlogOf(platform);
    await influx.restart();
    const seconds = await caughtUp(platform);
    await showsFaults(platform, []);
    mustHold(pids === (await pidsOf(platform)), `a process ended:\n${platform.stderr()}`);
    const ledger = await balance(load.fleet, serialsIn(influx));
    judge(ledger);
    const pace = (backlog / seconds / NOMINAL_PER_SECOND).toFixed(1);
    const drain = `${backlog} messages waited and went in within ${seconds.toFixed(1)} s (${pace} × nominal)`;
    return `InfluxDB ${influx.version} away under ${NOMINAL_PER_SECOND}/s: ${drain}, memory +${worst >> 20} MB; ${ledgerLine(ledger)}`;
  } finally {
    await site.dispose();
  }
}

export const f03Outages: readonly Fault[] = SERVERS.map((name) => ({
  id: "F3",
  title: `${name} killed under load and away, two seconds each round`,
  rounds: 30,
  needs: needsServer(name),
  run: (context) => run(name, context),
}));
