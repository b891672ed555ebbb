import type { Stats } from "@linli/model";
import type { RawPublisher } from "@linli/testing";
import { createFleet } from "../support/fleet.ts";
import { eventually, type Platform, startPlatform } from "../support/platform.ts";
import { type Fault, type FaultContext, mustHold, seededRandom } from "./fault.ts";
import { type Ledger, ledgerLine, settleAccounts } from "./ledger.ts";

const VICTIMS = ["broker", "ingest"] as const;
const DEVICES = 20;
const MESSAGES_PER_ROUND = 2_000;

/** Kills the process and says how many messages were sent and not yet acknowledged at that moment. */
async function kill(platform: Platform, victim: string, fleet: Iterable<RawPublisher>): Promise<number> {
  const pid = await eventually(`${victim} runs`, () => platform.pidOf(victim));
  const inFlight = [...fleet].reduce((sum, publisher) => sum + publisher.inFlight, 0);
  process.kill(pid, "SIGKILL");
  return inFlight;
}

/** Connects whoever is not connected; the broker may still be coming back. */
async function reconnect(fleet: Iterable<RawPublisher>): Promise<void> {
  for (const publisher of fleet) {
    if (publisher.connected) continue;
    await eventually("the broker serves again", async () => ((await publisher.connect()) ? true : undefined));
  }
}

/** Sends a share of the messages, strikes when a random part of them is acknowledged, and goes on until all of them are. */
async function round(
  platform: Platform,
  fleet: ReadonlyMap<string, RawPublisher>,
  limit: number,
  strike: () => Promise<void>,
  after: number,
) {
  const publishers = [...fleet.values()];
  const acknowledged = () => publishers.reduce((sum, publisher) => sum + publisher.acknowledged.size, 0);
  const target = acknowledged() + after;
  for (const publisher of publishers) publisher.sendUpTo(limit);
  await eventually("some are acknowledged", () => (acknowledged() >= target ? true : undefined));
  await strike();
  await eventually("all are acknowledged", async () => {
    await reconnect(publishers);
    await Promise.all(publishers.map((publisher) => publisher.settle()));
    return publishers.every((publisher) => publisher.settled) || undefined;
  });
  await eventually("the archive has read everything", async () => {
    const { body } = await platform.api("GET", "/api/v1/stats");
    return (body as Stats).archive.lag === 0 || undefined;
  });
}

function judge(ledger: Ledger): void {
  mustHold(
    ledger.lost.length === 0,
    `acknowledged and lost: ${ledger.lost.slice(0, 5).join(", ")} (${ledgerLine(ledger)})`,
  );
  mustHold(ledger.stored === ledger.unique, `stored twice: ${ledger.stored - ledger.unique} (${ledgerLine(ledger)})`);
  mustHold(ledger.invented.length === 0, `stored and never sent: ${ledger.invented.slice(0, 5).join(", ")}`);
}

async function run({ rounds, seed, note }: FaultContext): Promise<string> {
  const random = seededRandom(seed);
  const platform = await startPlatform();
  try {
    const settings = { qos: 1, window: 200, firstAt: Date.now() - 3_600_000, members: '"temperature":21.5' } as const;
    const [first, second] = [
      await createFleet(platform, { ...settings, size: DEVICES / 2, prefix: "q1" }),
      await createFleet(platform, { ...settings, size: DEVICES / 2, prefix: "q2", qos: 2 }),
    ];
    const fleet = new Map([...first, ...second]);
    await reconnect(fleet.values());
    let inFlight = 0;
    for (let n = 0; n < rounds * VICTIMS.length; n++) {
      const victim = VICTIMS[n % VICTIMS.length] ?? "broker";
      const strike = async () => {
        const caught = await kill(platform, victim, fleet.values());
        inFlight += caught;
        note(`round ${n + 1}: kill -9 ${victim} with ${caught} messages in flight`);
      };
      const after = Math.floor(random() * MESSAGES_PER_ROUND * 0.8) + 1;
      await round(platform, fleet, ((n + 1) * MESSAGES_PER_ROUND) / DEVICES, strike, after);
    }
    const ledger = await settleAccounts(platform, fleet);
    judge(ledger);
    return `${rounds} × kill -9 of ${VICTIMS.join(" and of ")}, ${inFlight} in flight: ${ledgerLine(ledger)}`;
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
