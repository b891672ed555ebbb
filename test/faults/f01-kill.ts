import { eventually, startPlatform } from "../support/platform.ts";
import { type Fault, type FaultContext, seededRandom } from "./fault.ts";
import { judge, ledgerLine, settleAccounts } from "./ledger.ts";
import { drained, Load } from "./load.ts";

const VICTIMS = ["broker", "ingest"] as const;
const DEVICES_EACH = 10;
const MESSAGES_EACH = 400;
const MESSAGES = 2 * DEVICES_EACH * MESSAGES_EACH;

async function run({ rounds, seed, note }: FaultContext): Promise<string> {
  const random = seededRandom(seed);
  const platform = await startPlatform();
  try {
    const load = await Load.start(platform, { devices: DEVICES_EACH, qos: [1, 2], window: 200 });
    let caught = 0;
    for (let n = 0; n < rounds * VICTIMS.length; n++) {
      const victim = VICTIMS[n % VICTIMS.length] ?? "broker";
      const pid = await eventually(`${victim} runs`, () => platform.pidOf(victim));
      const after = Math.floor(random() * MESSAGES * 0.8) + 1;
      const strike = () => process.kill(pid, "SIGKILL");
      const inFlight = await load.sendAndStrike(platform, { eachDevice: MESSAGES_EACH, after, strike });
      caught += inFlight;
      note(`round ${n + 1}: kill -9 ${victim} with ${inFlight} messages in flight`);
      await load.settle(platform);
      await drained(platform);
    }
    const ledger = await settleAccounts(platform, load.fleet);
    judge(ledger);
    return `${rounds} × kill -9 of ${VICTIMS.join(" and of ")}, ${caught} in flight: ${ledgerLine(ledger)}`;
  } finally {
    await platform.dispose();
  }
}

export const f01: Fault = {
  id: "F1",
  title: "kill -9 of broker and of ingest under pipelined load, QoS 1 and 2",
  rounds: 10,
  run,
};
