import { mkdtemp, open, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { formatTopic } from "@linli/model";
import type { Fault as PlatformFault } from "@linli/runtime";
import { demand } from "../support/enrolment.ts";
import { eventually, type Platform, startPlatform } from "../support/platform.ts";
import { type Fault, type FaultContext, mustHold, seededRandom } from "./fault.ts";
import { ledgerLine, settleAccounts } from "./ledger.ts";
import { drained, Load } from "./load.ts";

const DEVICES = 5;
const MESSAGES_EACH = 40;
/** Bytes of a record before its principal, and behind its payload. */
const RECORD_HEAD = 33;
const RECORD_TAIL = 1;

interface Damage {
  readonly file: string;
  /** Where the touched record begins, and how long it is. */
  readonly offset: number;
  readonly bytes: number;
}

/** A life that ends with messages acknowledged that ingest has not read. */
async function leaveBacklog(dataDir: string, given: Load | undefined): Promise<Load> {
  const platform = await startPlatform({ dataDir });
  try {
    const load = given ?? (await Load.start(platform, { devices: DEVICES, qos: [1], window: 50 }));
    await load.connect(platform);
    await drained(platform);
    const ingest = await eventually("ingest runs", () => platform.pidOf("ingest"));
    process.kill(ingest, "SIGSTOP");
    load.send(MESSAGES_EACH);
    await load.settle(platform);
    load.cut();
    return load;
  } finally {
    await platform.dispose();
  }
}

/** Turns one bit in the record that holds the device's message with this serial. */
async function flip(dataDir: string, deviceId: string, serial: number, random: () => number): Promise<Damage> {
  const journal = join(dataDir, "journal");
  const topic = formatTopic({ type: "telemetry", deviceId });
  for (const file of await readdir(journal)) {
    const bytes = await readFile(join(journal, file));
    for (let at = bytes.indexOf(`"serial":${serial}`); at !== -1; at = bytes.indexOf(`"serial":${serial}`, at + 1)) {
      const payloadAt = bytes.lastIndexOf('{"ts"', at);
      const offset = payloadAt - topic.length - deviceId.length - RECORD_HEAD;
      if (bytes.toString("utf8", offset + RECORD_HEAD, payloadAt) !== deviceId + topic) continue;
      const end = bytes.indexOf("}}", at) + 2 + RECORD_TAIL;
      const place = offset + Math.floor(random() * (end - offset));
      const handle = await open(join(journal, file), "r+");
      await handle.write(Buffer.from([(bytes[place] ?? 0) ^ (1 << Math.floor(random() * 8))]), 0, 1, place);
      await handle.close();
      return { file, offset, bytes: end - offset };
    }
  }
  throw new Error(`no record of ${deviceId}:${serial}`);
}

/** Puts the first half of a record behind the last whole one, as a crash in the middle of a write does. */
async function tear(dataDir: string, { file, offset, bytes }: Damage): Promise<void> {
  const path = join(dataDir, "journal", file);
  const record = (await readFile(path)).subarray(offset, offset + Math.floor(bytes / 2));
  const handle = await open(path, "a");
  await handle.write(record);
  await handle.close();
}

async function reported(platform: Platform): Promise<PlatformFault> {
  return eventually("the damage is reported", async () => {
    const { faults } = await demand<{ faults: PlatformFault[] }>(platform, "GET", "/api/v1/platform");
    return faults.find(({ code }) => code === "journal.quarantined");
  });
}

async function run({ rounds, seed, note }: FaultContext): Promise<string> {
  const random = seededRandom(seed);
  const dataDir = await mkdtemp(join(tmpdir(), "linli-damage-"));
  const damaged: string[] = [];
  let line = "";
  try {
    let load: Load | undefined;
    for (let n = 0; n < rounds; n++) {
      const loaded: Load = await leaveBacklog(dataDir, load);
      load = loaded;
      const [deviceId, publisher] = [...loaded.fleet][Math.floor(random() * DEVICES)] ?? [];
      const serial = [...(publisher?.acknowledged ?? [])].at(-1 - Math.floor(random() * (MESSAGES_EACH - 1)));
      if (deviceId === undefined || serial === undefined) throw new Error("nothing was acknowledged");
      const damage = await flip(dataDir, deviceId, serial, random);
      await tear(dataDir, damage);
      damaged.push(`${deviceId}:${serial}`);

      const platform = await startPlatform({ dataDir });
      try {
        await drained(platform);
        const { detail } = await reported(platform);
        const expected = `${damage.file} at ${damage.offset}: ${damage.bytes} bytes`;
        mustHold(detail.startsWith(expected), `damaged: ${expected}; reported: ${detail}`);
        note(`round ${n + 1}: ${detail}`);
        const ledger = await settleAccounts(platform, loaded.fleet);
        mustHold(
          ledger.lost.toSorted().join() === damaged.toSorted().join() && ledger.stored === ledger.unique,
          `damaged ${damaged.join()}, missing ${ledger.lost.join()} (${ledgerLine(ledger)})`,
        );
        line = ledgerLine(ledger);
      } finally {
        await platform.dispose();
      }
    }
    return `${rounds} × flipped bit and torn end: only the ${damaged.length} touched records quarantined, each reported: ${line}`;
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

export const f06Damage: Fault = {
  id: "F6",
  title: "flipped bit and torn end in the journal between two starts",
  rounds: 5,
  run,
};
