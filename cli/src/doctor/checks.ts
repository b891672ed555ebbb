import { mkdir, open, rm, statfs } from "node:fs/promises";
import { join } from "node:path";
import { isLinliError } from "@linli/model";
import {
  explain,
  localClient,
  openDataDir,
  type ProcessStatus,
  type Settings,
  socketPath,
  systemClock,
} from "@linli/runtime";
import { openSegmentJournalReader, openSqliteState } from "@linli/stores";
import { claimPorts } from "../supervisor/ports.ts";
import { type Finding, ok, problem, warning } from "./finding.ts";
import { checkSeries } from "./series.ts";

const OLDEST_NODE = 26;
const SYNCS = 20;
/** A disk that takes longer for one fdatasync than this slows every acknowledgement. */
const SLOW_SYNC_MS = 20;
/** Before this no device could have sent anything: the clock was never set. */
const EARLIEST_PLAUSIBLE = Date.UTC(2026, 0, 1);

const mebibytes = (bytes: number) => `${Math.floor(bytes / 2 ** 20)} MiB`;

function checkNode(): Finding {
  const major = Number(process.versions.node.split(".")[0]);
  if (major >= OLDEST_NODE) return ok("node", process.version);
  return problem(
    "node",
    process.version,
    "run it through npm (npm start, npx linli): that uses the Node in package.json",
  );
}

/** The process that runs on this data folder now, if any. */
async function running(settings: Settings): Promise<ProcessStatus | undefined> {
  const client = localClient(socketPath(settings.LINLI_DATA_DIR, "supervisor"));
  try {
    return (await client.call("status", undefined, 1_000)) as ProcessStatus;
  } catch {
    return undefined;
  } finally {
    client.close();
  }
}

async function checkPorts(settings: Settings, isRunning: boolean): Promise<Finding> {
  if (isRunning) return ok("ports", "in use by the running platform");
  try {
    await claimPorts(settings);
    return ok("ports", `HTTP ${settings.LINLI_HTTP_PORT}, MQTT ${settings.LINLI_MQTT_PORT} are free`);
  } catch (error) {
    if (!isLinliError(error)) throw error;
    return problem("ports", explain(error), "stop what listens there, or set other ports");
  }
}

async function checkFolder(settings: Settings): Promise<Finding> {
  try {
    const isNew = await openDataDir(settings.LINLI_DATA_DIR);
    return ok("data folder", `${settings.LINLI_DATA_DIR}${isNew ? " (made)" : ""}`);
  } catch (error) {
    return problem("data folder", (error as Error).message, "set LINLI_DATA_DIR to a folder this user may write");
  }
}

async function checkSpace(settings: Settings): Promise<Finding> {
  const { bavail, bsize } = await statfs(settings.LINLI_DATA_DIR);
  const free = bavail * bsize;
  const reserve = settings.LINLI_DISK_RESERVE_BYTES;
  if (free <= reserve)
    return problem("disk space", `${mebibytes(free)} free`, `more than the reserve of ${mebibytes(reserve)} is needed`);
  if (free < 4 * reserve)
    return warning("disk space", `${mebibytes(free)} free`, "make room, or shorten the retentions");
  return ok("disk space", `${mebibytes(free)} free`);
}

async function checkSync(settings: Settings): Promise<Finding> {
  const file = join(settings.LINLI_DATA_DIR, `doctor-${process.pid}.tmp`);
  await mkdir(settings.LINLI_DATA_DIR, { recursive: true });
  const handle = await open(file, "w");
  const times: number[] = [];
  try {
    for (let round = 0; round < SYNCS; round++) {
      const start = systemClock.monotonic();
      await handle.write(Buffer.alloc(4_096, round));
      await handle.datasync();
      times.push(systemClock.monotonic() - start);
    }
  } finally {
    await handle.close();
    await rm(file);
  }
  const median = times.toSorted((a, b) => a - b)[SYNCS / 2] ?? 0;
  const detail = `${median.toFixed(1)} ms to make a write durable (median of ${SYNCS})`;
  return median > SLOW_SYNC_MS
    ? warning("disk speed", detail, "acknowledgements wait for this: use a faster disk")
    : ok("disk speed", detail);
}

function checkClock(): Finding {
  const now = systemClock.now();
  const text = new Date(now).toISOString();
  if (now < EARLIEST_PLAUSIBLE)
    return problem("clock", text, "the clock is not set: run a time service (chrony, systemd-timesyncd)");
  return ok("clock", `${text}, zone ${Intl.DateTimeFormat().resolvedOptions().timeZone}`);
}

async function checkState(settings: Settings): Promise<Finding> {
  try {
    const state = await openSqliteState({ file: join(settings.LINLI_DATA_DIR, "state.db") });
    const [places, devices] = [await state.registry.places(), await state.registry.allDevices()];
    const { deadLetters } = await state.archive.totals();
    await state.close();
    return ok("state store", `${places.length} places, ${devices.length} devices, ${deadLetters} dead letters`);
  } catch (error) {
    return problem(
      "state store",
      (error as Error).message,
      "restore state.db from a backup, or start the version that wrote it",
    );
  }
}

async function checkJournal(settings: Settings): Promise<Finding> {
  try {
    const reader = await openSegmentJournalReader({ dir: join(settings.LINLI_DATA_DIR, "journal") });
    const { sequence } = await reader.end();
    await reader.close();
    return ok("journal", `${sequence} records so far`);
  } catch (error) {
    return problem("journal", (error as Error).message, "see docs/operations.md on the journal");
  }
}

/** Every check, in the order in which a start would fail on them. */
export async function examine(settings: Settings, options: { readonly fix: boolean }): Promise<Finding[]> {
  const supervisor = await running(settings);
  const folder = await checkFolder(settings);
  const findings = [
    checkNode(),
    ok(
      "platform",
      supervisor ? `running on this data folder (pid ${supervisor.pid})` : "not running on this data folder",
    ),
    await checkPorts(settings, supervisor !== undefined),
    folder,
    checkClock(),
  ];
  if (folder.verdict === "problem") return findings;
  return [
    ...findings,
    await checkSpace(settings),
    await checkSync(settings),
    await checkState(settings),
    await checkJournal(settings),
    ...(await checkSeries(settings, options)),
  ];
}
