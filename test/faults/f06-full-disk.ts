import { join } from "node:path";
import { demand } from "../support/enrolment.ts";
import { type Platform, startPlatform } from "../support/platform.ts";
import { type Fault, type FaultContext, mustHold } from "./fault.ts";
import { judge, ledgerLine, settleAccounts } from "./ledger.ts";
import { drained, Load } from "./load.ts";
import { isRefused, PROCESSES, pidsOf, showsFaults } from "./refusal.ts";
import { canMount, mountSmallDisk, type SmallDisk } from "./small-disk.ts";

const RESERVE_BYTES = 16 << 20;
/** Less than the reserve: the journal stops, state and alerts go on. Almost nothing: writes fail in the middle. */
const FREE_BYTES = [RESERVE_BYTES / 2, 1 << 20] as const;
const DEVICES = 5;
/** White space makes a message long, so that few of them fill the disk. */
const MEMBERS = `"temperature":21.5${" ".repeat(4_000)}`;
const MESSAGES_BEFORE = 50;
/** Together more than the journal writes between two looks at the free space. */
const MESSAGES_MORE = 500;

/** Resolves with how many seconds after the refusal the faults were seen. */
async function fillAndClear(platform: Platform, disk: SmallDisk, load: Load, n: number): Promise<number> {
  const freeBytes = FREE_BYTES[n % FREE_BYTES.length] ?? 0;
  const before = await pidsOf(platform);
  const fill = () => disk.fill(freeBytes);
  await fill();
  load.send(MESSAGES_MORE);
  await isRefused(platform, load, fill);
  const seconds = await showsFaults(platform, ["disk.full", "journal.blocked"]);
  if (freeBytes > RESERVE_BYTES / 4) {
    const device = { id: `added-${n}`, kind: "environment-sensor", name: "Added on a full disk", placeId: "load" };
    await demand(platform, "POST", "/api/v1/devices", device);
  }
  await isRefused(platform, load, () => disk.fill(0));
  await demand(platform, "GET", "/api/v1/devices");
  await disk.clear();
  await load.settle(platform);
  await drained(platform);
  await showsFaults(platform, []);
  const after = await pidsOf(platform);
  mustHold(before === after, `a process ended: ${PROCESSES.join()} ${before} → ${after}\n${platform.stderr()}`);
  return seconds;
}

async function run({ rounds, note }: FaultContext): Promise<string> {
  const disk = await mountSmallDisk();
  const environment = {
    LINLI_DISK_RESERVE_BYTES: String(RESERVE_BYTES),
    LINLI_JOURNAL_SEGMENT_BYTES: String(1 << 20),
    LINLI_JOURNAL_RETENTION: "1s",
  };
  try {
    const platform = await startPlatform({ dataDir: join(disk.dir, "data"), environment });
    try {
      const load = await Load.start(platform, { devices: DEVICES, qos: [1], window: 20, members: MEMBERS });
      let longest = 0;
      for (let n = 0; n < rounds; n++) {
        load.send(MESSAGES_BEFORE);
        await load.settle(platform);
        const seconds = await fillAndClear(platform, disk, load, n);
        longest = Math.max(longest, seconds);
        note(`round ${n + 1}: full, refused, fault seen ${seconds.toFixed(1)} s later, recovered`);
      }
      const ledger = await settleAccounts(platform, load.fleet);
      judge(ledger);
      return `${rounds} × full disk, fault seen ${longest.toFixed(1)} s after the refusal at most: ${ledgerLine(ledger)}`;
    } finally {
      await platform.dispose();
    }
  } finally {
    await disk.remove();
  }
}

export const f06FullDisk: Fault = {
  id: "F6",
  title: "full disk: nothing acknowledged that is not durable, and back by itself",
  rounds: 4,
  needs: { part: "mount", isThere: canMount },
  run,
};
