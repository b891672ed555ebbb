import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { startPlatform } from "../support/platform.ts";
import { type Fault, type FaultContext, mustHold, seededRandom } from "./fault.ts";
import { judge, ledgerLine, settleAccounts } from "./ledger.ts";
import { drained, Load } from "./load.ts";

const WAYS = [
  { name: "SIGTERM to the supervisor", signal: "SIGTERM", group: false },
  { name: "SIGINT to the whole group", signal: "SIGINT", group: true },
] as const;
type Way = (typeof WAYS)[number];

const DEVICES_EACH = 5;
const MESSAGES_EACH = 200;
const MESSAGES = 2 * DEVICES_EACH * MESSAGES_EACH;

interface Life {
  readonly dataDir: string;
  readonly way: Way;
  readonly random: () => number;
}

/** One life on the folder: all of the last one is there, more comes in, and it is stopped in the middle of that. */
async function live({ dataDir, way, random }: Life, given: Load | undefined): Promise<[Load, number, number]> {
  const platform = await startPlatform({ dataDir });
  try {
    const load = given ?? (await Load.start(platform, { devices: DEVICES_EACH, qos: [1, 2], window: 50 }));
    if (given) {
      await drained(platform);
      judge(await settleAccounts(platform, load.fleet));
      await load.settle(platform);
    }
    const after = 1 + Math.floor(random() * MESSAGES * 0.8);
    let began = 0;
    let exit: Promise<number | null> = Promise.resolve(null);
    const strike = () => {
      began = performance.now();
      exit = platform.stop(way.signal, way.group);
    };
    const inFlight = await load.sendAndStrike(platform, { eachDevice: MESSAGES_EACH, after, strike });
    const code = await exit;
    const seconds = (performance.now() - began) / 1_000;
    load.cut();
    mustHold(code === 0, `${way.name}: ended with ${code}\n${platform.stderr()}`);
    mustHold(!platform.stderr().includes("did not drain"), `${way.name}: killed:\n${platform.stderr()}`);
    return [load, inFlight, seconds];
  } finally {
    await platform.dispose();
  }
}

/** A digest of each file; sockets apart. */
async function digests(folder: string): Promise<string> {
  const lines: string[] = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    lines.push(
      `${path} ${createHash("sha256")
        .update(await readFile(path))
        .digest("hex")}`,
    );
  }
  return lines.toSorted().join("\n");
}

/** Starts on a folder that a newer version has left, and compares every byte of it. */
async function mustBeRefused(dataDir: string, what: string): Promise<void> {
  const before = await digests(dataDir);
  let refusal = "";
  try {
    const platform = await startPlatform({ dataDir });
    await platform.dispose();
  } catch (error) {
    refusal = (error as Error).message;
  }
  mustHold(refusal.startsWith("ended with 2") && refusal.includes("newer"), `${what} was not refused: ${refusal}`);
  mustHold((await digests(dataDir)) === before, `${what} was refused, but its files were changed`);
}

async function refuseNewer(dataDir: string): Promise<void> {
  const version = join(dataDir, "version");
  const today = await readFile(version);
  await writeFile(version, "99\n");
  await mustBeRefused(dataDir, "a folder of a newer version");
  await writeFile(version, today);

  const change = (sql: string) => {
    const db = new DatabaseSync(join(dataDir, "state.db"));
    db.exec(sql);
    db.close();
  };
  change("insert into kysely_migration (name, timestamp) values ('999-of-a-later-year', '2036-01-01T00:00:00.000Z')");
  await mustBeRefused(dataDir, "a state store of a newer version");
  change("delete from kysely_migration where name = '999-of-a-later-year'");
}

async function run({ rounds, seed, note }: FaultContext): Promise<string> {
  const random = seededRandom(seed);
  const dataDir = await mkdtemp(join(tmpdir(), "linli-stop-"));
  try {
    let load: Load | undefined;
    let caught = 0;
    let longest = 0;
    for (let n = 0; n < rounds * WAYS.length; n++) {
      const way = WAYS[n % WAYS.length] ?? WAYS[0];
      const [loaded, inFlight, seconds]: [Load, number, number] = await live({ dataDir, way, random }, load);
      load = loaded;
      caught += inFlight;
      longest = Math.max(longest, seconds);
      note(`round ${n + 1}: ${way.name} with ${inFlight} messages in flight, gone after ${seconds.toFixed(1)} s`);
    }
    await refuseNewer(dataDir);
    const platform = await startPlatform({ dataDir });
    try {
      await load?.settle(platform);
      await drained(platform);
      const ledger = await settleAccounts(platform, load?.fleet ?? new Map());
      judge(ledger);
      const stops = `${rounds} × SIGTERM and SIGINT, ${caught} in flight, gone after ${longest.toFixed(1)} s at most`;
      return `${stops}, newer folders refused untouched: ${ledgerLine(ledger)}`;
    } finally {
      await platform.dispose();
    }
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

export const f22: Fault = {
  id: "F22",
  title: "SIGTERM and Ctrl-C under load, and folders of newer versions",
  rounds: 5,
  run,
};
