import { join } from "node:path";
import type { Stats } from "@linli/model";
import { openSqliteState } from "@linli/stores";
import { storedSerials } from "../support/fleet.ts";
import { eventually, type Platform, startPlatform } from "../support/platform.ts";
import { type Fault, type FaultContext, mustHold, seededRandom } from "./fault.ts";
import { judge, ledgerLine, settleAccounts } from "./ledger.ts";
import { drained, Load, VALUES_PER_MESSAGE } from "./load.ts";

const DEVICES = 10;
const MESSAGES_EACH = 60;

async function storedMessages(platform: Platform, { fleet }: Load): Promise<number> {
  let stored = 0;
  for (const [deviceId, publisher] of fleet) stored += (await storedSerials(platform, deviceId, publisher)).length;
  return stored;
}

async function committedMessages({ dataDir }: Platform): Promise<number> {
  const state = await openSqliteState({ file: join(dataDir, "state.db") });
  try {
    return (await state.archive.totals()).written / VALUES_PER_MESSAGE;
  } finally {
    await state.close();
  }
}

/**
 * Stops ingest in mid-work again and again until the series store holds messages whose position is not yet stored, and
 * kills it there. Answers how many messages it will have to repeat.
 */
async function killBetween(platform: Platform, load: Load, random: () => number): Promise<number> {
  const pid = await eventually("ingest runs", () => platform.pidOf("ingest"));
  return eventually("a stop between the series store's answer and the stored position", async () => {
    const after = 1 + Math.floor(random() * DEVICES * MESSAGES_EACH * 0.8);
    await load.sendAndStrike(platform, { eachDevice: MESSAGES_EACH, after, strike: () => {} });
    await eventually("something of it is stored", async () => {
      const before = await committedMessages(platform);
      return (await storedMessages(platform, load)) > before || load.inFlight === 0 || undefined;
    });
    process.kill(pid, "SIGSTOP");
    const ahead = (await storedMessages(platform, load)) - (await committedMessages(platform));
    process.kill(pid, ahead > 0 ? "SIGKILL" : "SIGCONT");
    return ahead > 0 ? ahead : undefined;
  });
}

async function run({ rounds, seed, note }: FaultContext): Promise<string> {
  const random = seededRandom(seed);
  const platform = await startPlatform();
  try {
    const load = await Load.start(platform, { devices: DEVICES, qos: [1], window: 20 });
    let repeated = 0;
    for (let n = 0; n < rounds; n++) {
      const ahead = await killBetween(platform, load, random);
      repeated += ahead;
      note(`round ${n + 1}: kill -9 ingest with ${ahead} messages stored beyond the stored position`);
      await load.settle(platform);
      await drained(platform);
    }
    const ledger = await settleAccounts(platform, load.fleet);
    judge(ledger);
    const { archive } = (await platform.api("GET", "/api/v1/stats")).body as Stats;
    const counted = archive.written / VALUES_PER_MESSAGE;
    mustHold(counted === ledger.unique, `${counted} messages counted as stored (${ledgerLine(ledger)})`);
    return `${rounds} × kill -9 of ingest, ${repeated} stored messages repeated: ${ledgerLine(ledger)}`;
  } finally {
    await platform.dispose();
  }
}

export const f02: Fault = {
  id: "F2",
  title: "kill -9 of ingest between the series store's answer and the stored position",
  rounds: 10,
  run,
};
