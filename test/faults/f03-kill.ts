import type { InfluxName } from "@linli/testing";
import { type Fault, type FaultContext, seededRandom } from "./fault.ts";
import { caughtUp, needsServer, SERVERS, serialsIn, startInfluxSite } from "./influx-site.ts";
import { balance, judge, ledgerLine } from "./ledger.ts";
import { Load } from "./load.ts";

const DEVICES = 10;
const MESSAGES_EACH = 400;

async function run(name: InfluxName, { rounds, seed, note }: FaultContext): Promise<string> {
  const random = seededRandom(seed);
  const site = await startInfluxSite(name, { LINLI_SERIES_FLUSH: "20ms" });
  const { influx, proxy, platform } = site;
  try {
    const load = await Load.start(platform, { devices: DEVICES, qos: [1], window: 50 });
    let caught = 0;
    for (let n = 0; n < rounds; n++) {
      const after = Math.floor(random() * DEVICES * MESSAGES_EACH * 0.8) + 1;
      const { promise: killed, resolve, reject } = Promise.withResolvers<void>();
      const strike = () => {
        influx.kill().then(resolve, reject);
      };
      await load.sendAndStrike(platform, { eachDevice: MESSAGES_EACH, after, strike });
      await killed;
      const open = proxy.requests.filter(({ method, status }) => method === "POST" && status === undefined).length;
      caught = open;
      await influx.restart();
      await load.settle(platform);
      await caughtUp(platform);
      note(`round ${n + 1}: kill -9 at acknowledgement ${after}, ${open} requests without an answer so far`);
    }
    const ledger = await balance(load.fleet, serialsIn(influx));
    judge(ledger);
    return `${rounds} × kill -9 of InfluxDB ${influx.version} under load, ${caught} requests not answered: ${ledgerLine(ledger)}`;
  } finally {
    await site.dispose();
  }
}

export const f03Kills: readonly Fault[] = SERVERS.map((name) => ({
  id: "F3",
  title: `kill -9 of ${name} under load, and back at once`,
  rounds: 20,
  needs: needsServer(name),
  run: (context) => run(name, context),
}));
