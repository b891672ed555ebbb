import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { DEVICE_KINDS, formatTopic, minutes, newDeviceSchema } from "@linli/model";
import { type IngestDetails, localClient, openDataDir, type ProcessStatus, socketPath } from "@linli/runtime";
import { openSegmentJournalWriter, openSqliteState } from "@linli/stores";
import { NEIGHBOURHOOD, valuesOf } from "./healthy-values.ts";
import { type Measure, mebibytes } from "./table.ts";

const DEVICES = 100_000;
const ROUNDS = 3;
const PIECE = 2_000;
const LOOK_EVERY_MS = 25;
const AUTHOR = { id: "bench", type: "system", at: 0 } as const;
const MAIN = join(import.meta.dirname, "../../ingest/src/main.ts");

/** As many of each kind as their share of the bundled neighbourhood. */
const fleet = Object.entries(NEIGHBOURHOOD).flatMap(([kind, count]) => {
  const all = Object.values(NEIGHBOURHOOD).reduce((sum, each) => sum + each, 0);
  return Array.from({ length: Math.round((count / all) * DEVICES) }, (_, n) => ({ id: `${kind}-${n}`, kind }));
});

async function register(dir: string): Promise<void> {
  await openDataDir(dir);
  const state = await openSqliteState({ file: join(dir, "state.db") });
  const places = [{ id: "site", level: "subdistrict", parentId: null, name: "Site", order: 0 }] as const;
  for (let start = 0; start < fleet.length; start += PIECE) {
    const devices = fleet
      .slice(start, start + PIECE)
      .map(({ id, kind }) => newDeviceSchema.parse({ id, kind, name: id, placeId: "site" }));
    await state.registry.importBatch({ places: start === 0 ? places : [], devices, tokenHashes: new Map() }, AUTHOR);
  }
  await state.close();
}

/** Everybody tells all its values, a few times over, up to now. Returns how many records that is. */
async function report(dir: string): Promise<number> {
  const files = { segmentBytes: 64 << 20, maxBytes: 64 * 1024 ** 3, reserveBytes: 0, retentionMs: 0 };
  const journal = await openSegmentJournalWriter({ dir: join(dir, "journal"), ...files });
  const now = Date.now();
  let failed: Error | null = null;
  const append = (kind: "start" | "publish", receivedAt: number, principal = "", topic = "", payload = "") =>
    journal.append({ kind, receivedAt, principal, topic, payload: Buffer.from(payload) }, (error) => {
      failed ??= error;
    });
  append("start", now - minutes(ROUNDS) / 2, "", "bench");
  for (let round = 0; round < ROUNDS; round++) {
    for (const [index, { id, kind }] of fleet.entries()) {
      const known = DEVICE_KINDS.get(kind);
      if (known === undefined) continue;
      const receivedAt = now - Math.floor(((ROUNDS - round - index / fleet.length) * minutes(1)) / 2);
      const payload = JSON.stringify({ ts: receivedAt, values: Object.fromEntries(valuesOf(known, round)) });
      append("publish", receivedAt, id, formatTopic({ type: "telemetry", deviceId: id }), payload);
      if (index % PIECE === 0) await journal.flush();
    }
  }
  await journal.close();
  if (failed) throw failed;
  return 1 + ROUNDS * fleet.length;
}

/** Starts it and resolves when watch has come so far; how long that took. */
async function start(dir: string, sequence: number) {
  const began = performance.now();
  const env = { PATH: process.env.PATH ?? "", LINLI_DATA_DIR: dir, LINLI_LOG_LEVEL: "error" };
  const child = spawn(process.execPath, [MAIN], { env, stdio: ["ignore", "inherit", "inherit"] });
  const exited = new Promise((resolve) => child.once("exit", resolve));
  const ingest = localClient(socketPath(dir, "ingest"));
  const end = async (signal: NodeJS.Signals) => {
    ingest.close();
    child.kill(signal);
    await exited;
  };
  for (;;) {
    if (child.exitCode !== null) throw new Error(`ingest ended with ${child.exitCode}`);
    const status = (await ingest.call("status").catch(() => undefined)) as ProcessStatus<IngestDetails> | undefined;
    if (status !== undefined && status.details.watch.sequence >= sequence) {
      return { seconds: (performance.now() - began) / 1_000, rssBytes: status.rssBytes, end };
    }
    await delay(LOOK_EVERY_MS);
  }
}

/** From the start of ingest until it watches on, with 100,000 devices, all their rules and what these remember. */
export async function measureRestart(): Promise<Measure[]> {
  const dir = await mkdtemp(join(tmpdir(), "linli-bench-restart-"));
  try {
    await register(dir);
    const records = await report(dir);
    const first = await start(dir, records);
    await first.end("SIGTERM");
    const stopped = await start(dir, records);
    await stopped.end("SIGKILL");
    const killed = await start(dir, records);
    await killed.end("SIGTERM");
    return [
      {
        what: `watching again with ${fleet.length} devices: stopped / killed before`,
        linli: `${stopped.seconds.toFixed(1)} s / ${killed.seconds.toFixed(1)} s, ${mebibytes(killed.rssBytes)}`,
        reference: "–",
        ratio: "–",
        goal: "≤ 10 s",
      },
    ];
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
