import { writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startPlatform } from "../support/platform.ts";
import { type Fault, type FaultContext, mustHold, seededRandom } from "./fault.ts";
import { judge, type Ledger, ledgerLine, settleAccounts } from "./ledger.ts";
import { drained, Load } from "./load.ts";
import { canLosePower, makePowerSwitch, type PowerSwitch } from "./power-loss/shim.ts";

const DEVICES_EACH = 5;
const MESSAGES_EACH = 100;
const MESSAGES = 2 * DEVICES_EACH * MESSAGES_EACH;
/** Its sync is pretended in the check that the shim really takes away what was not synced. */
const JOURNAL = "/journal/";

interface Life {
  readonly dataDir: string;
  readonly power: PowerSwitch;
  readonly after: number;
  readonly neverSynced?: string;
}

/** One life of the platform, ended by a power cut in the moment of an acknowledgement. */
async function live({ dataDir, power, after, neverSynced }: Life, given?: Load): Promise<[Load, number]> {
  const platform = await startPlatform({ dataDir, environment: power.environment(dataDir, neverSynced) });
  try {
    const load = given ?? (await Load.start(platform, { devices: DEVICES_EACH, qos: [1, 2], window: 200 }));
    await load.connect(platform);
    const ingest = neverSynced ? await platform.pidOf("ingest") : undefined;
    if (ingest) process.kill(ingest, "SIGSTOP"); // what it had stored already would not be missed
    const strike = () => writeFileSync(power.trigger, "");
    const inFlight = await load.sendAndStrike(platform, { eachDevice: MESSAGES_EACH, after, strike });
    if (ingest) process.kill(ingest, "SIGKILL");
    await power.gone(platform);
    load.cut();
    return [load, inFlight];
  } finally {
    await platform.dispose();
  }
}

/** What is there after the power is back; then everything unacknowledged is sent again, if it is to `goOn`. */
async function recover(dataDir: string, load: Load, goOn: boolean): Promise<Ledger> {
  const platform = await startPlatform({ dataDir });
  try {
    await drained(platform);
    const ledger = await settleAccounts(platform, load.fleet);
    if (!goOn) return ledger;
    judge(ledger);
    await load.settle(platform);
    await drained(platform);
    return await settleAccounts(platform, load.fleet);
  } finally {
    await platform.dispose();
  }
}

async function cutTimes(rounds: number, power: PowerSwitch, { seed, note }: FaultContext): Promise<string> {
  const dataDir = await mkdtemp(join(tmpdir(), "linli-power-"));
  const random = seededRandom(seed);
  let load: Load | undefined;
  let ledger: Ledger | undefined;
  let caught = 0;
  try {
    for (let n = 0; n < rounds; n++) {
      const after = 1 + Math.floor(random() * MESSAGES * 0.8);
      const [loaded, inFlight] = await live({ dataDir, power, after }, load);
      load = loaded;
      caught += inFlight;
      note(`round ${n + 1}: power cut with ${inFlight} messages in flight`);
      ledger = await recover(dataDir, loaded, n === rounds - 1);
      judge(ledger);
    }
    return `${rounds} × power cut, ${caught} in flight: ${ledger ? ledgerLine(ledger) : "nothing sent"}`;
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** The same with a journal that is told it was synced and was not: what was acknowledged must be missing. */
async function cutWithoutSync(power: PowerSwitch): Promise<string> {
  const dataDir = await mkdtemp(join(tmpdir(), "linli-power-"));
  try {
    const [load] = await live({ dataDir, power, after: MESSAGES / 2, neverSynced: JOURNAL });
    const { lost } = await recover(dataDir, load, false);
    mustHold(lost.length > 0, "with the journal's sync removed nothing was lost: the power cut takes nothing away");
    return `with the sync removed ${lost.length} acknowledged messages are lost, as they must be`;
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function run(context: FaultContext): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), "linli-power-switch-"));
  try {
    const power = await makePowerSwitch(dir);
    const held = await cutTimes(context.rounds, power, context);
    return `${held}; ${await cutWithoutSync(power)}`;
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

export const f07: Fault = {
  id: "F7",
  title: "power loss under load: what was not synced is gone",
  rounds: 10,
  needs: { part: "gcc", isThere: canLosePower },
  run,
};
