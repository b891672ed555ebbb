import { access } from "node:fs/promises";
import { join } from "node:path";
import { LinliError } from "@linli/model";
import { type Clock, openDataDir, type Settings } from "@linli/runtime";
import { openSqliteState } from "@linli/stores";
import { checkpointFile, readCheckpoint, removeCheckpoint, writeCheckpoint } from "./checkpoint.ts";
import { copyHistory } from "./copy.ts";
import { devicePattern } from "./device-pattern.ts";
import { assertGeneration } from "./generation.ts";
import { openReader, openTarget } from "./open-store.ts";
import { Owners } from "./owners.ts";
import { readingsToMove, rollUpsToMove } from "./pages.ts";
import {
  assertRoom,
  type HistoryReader,
  historyReader,
  historyWriter,
  makePlan,
  type Part,
  type Plan,
  type Tally,
} from "./plan.ts";
import type { StoreAddress } from "./store-address.ts";
import { type Verification, verifyCopy } from "./verify.ts";

/** A checkpoint costs an fsync; what is told again after an interruption is at most what a moment brings. */
const CHECKPOINT_AFTER_MS = 1_000;

export interface CopyJob {
  readonly from: StoreAddress;
  readonly to: StoreAddress;
  readonly since: number;
  readonly until: number;
  readonly devices?: string;
  readonly unknownKind?: string;
  readonly dryRun: boolean;
  readonly verify: boolean;
}

export interface CopyDeps {
  readonly settings: Settings;
  readonly clock: Clock;
  /** `done`: entries so far; `reached`: the moment up to which this part is done. */
  readonly progress: (
    step: "looking" | "copying" | "verifying",
    part: Part,
    at: { done: number; reached: number; plan: Plan },
  ) => void;
}

export interface CopyReport {
  readonly from: string;
  readonly to: string;
  readonly dryRun: boolean;
  /** It went on where an interrupted one had stopped. */
  readonly resumed: boolean;
  readonly readings: number;
  readonly rollUps: number;
  /** What the target refused, by reason. */
  readonly rejected: Readonly<Record<string, number>>;
  /** Neither the source nor the registry says what they are: left out. */
  readonly unknownDevices: readonly string[];
  readonly seconds: number;
  readonly verification: Verification | undefined;
}

/** Who the devices are: in the state store of the data folder. SQLite files keep no owners, so any will do for them. */
async function ownersFor({ to, unknownKind }: CopyJob, { LINLI_DATA_DIR: dir }: Settings): Promise<Owners> {
  const kind = unknownKind ?? (to.type === "sqlite" ? "unknown" : undefined);
  const file = join(dir, "state.db");
  const isThere = await access(file).then(
    () => true,
    () => false,
  );
  if (!isThere) return new Owners({ devices: [], places: [] }, kind);
  const state = await openSqliteState({ file });
  try {
    return await Owners.load(state, kind);
  } finally {
    await state.close();
  }
}

async function wantedDevices(
  source: HistoryReader,
  pattern: string | undefined,
): Promise<ReadonlySet<string> | undefined> {
  if (pattern === undefined) return undefined;
  const fits = devicePattern(pattern);
  const wanted = new Set((await source.devices()).filter(fits));
  if (wanted.size === 0) throw new LinliError("not-found", `no device of ${pattern} was ever stored there`);
  return wanted;
}

/** What would be copied: the source read from end to end, nothing written. */
async function count(plan: Plan, source: HistoryReader, owners: Owners, deps: CopyDeps): Promise<Tally> {
  let [readings, rollUps] = [0, 0];
  for (const level of ["1h", "5m"] as const) {
    for await (const { series, to } of rollUpsToMove(source, level, plan)) {
      for (const { deviceId, owner, entries } of series) if (owners.of(deviceId, owner)) rollUps += entries.length;
      deps.progress("looking", level, { done: readings + rollUps, reached: to, plan });
    }
  }
  for await (const { series, to } of readingsToMove(source, plan)) {
    for (const { deviceId, owner, entries } of series) if (owners.of(deviceId, owner)) readings += entries.length;
    deps.progress("looking", "raw", { done: readings + rollUps, reached: to, plan });
  }
  return { readings, rollUps, rejected: {} };
}

/**
 * Copies history from one store to another. Interrupted, the same call goes on where it was; told twice, it is the same.
 * Fails with `conflict` when the target is in use or holds what cannot stand beside it, `not-found` when the source is
 * not there, `unavailable` when one of them stays away.
 */
export async function copySeries(job: CopyJob, deps: CopyDeps): Promise<CopyReport> {
  const { settings, clock } = deps;
  if (job.from.name === job.to.name) throw new LinliError("invalid", `${job.from.name} cannot be copied onto itself`);
  const began = clock.monotonic();
  await Promise.all([assertGeneration("from", job.from), assertGeneration("to", job.to)]);
  await openDataDir(settings.LINLI_DATA_DIR);
  const owners = await ownersFor(job, settings);
  const reader = await openReader(job.from, settings);
  try {
    const source = historyReader(reader, job.from.name);
    const devices = await wantedDevices(source, job.devices);
    const done = await (job.dryRun ? look : move)(job, { ...deps, owners, source, devices });
    return {
      from: job.from.name,
      to: job.to.name,
      dryRun: job.dryRun,
      resumed: done.resumed,
      ...done.tally,
      unknownDevices: [...owners.missing].toSorted(),
      seconds: (clock.monotonic() - began) / 1_000,
      verification: done.verification,
    };
  } finally {
    await reader.close();
  }
}

interface Opened extends CopyDeps {
  readonly owners: Owners;
  readonly source: HistoryReader;
  readonly devices: ReadonlySet<string> | undefined;
}

interface Done {
  readonly resumed: boolean;
  readonly tally: Tally;
  readonly verification: Verification | undefined;
}

function planFor(job: CopyJob, { settings, clock, source, devices }: Opened, target: HistoryReader): Promise<Plan> {
  const { LINLI_RETENTION_RAW: rawMs, LINLI_RETENTION_5M: fiveMinutesMs, LINLI_RETENTION_1H: hourMs } = settings;
  const drops = job.to.type === "sqlite" ? undefined : { rawMs, fiveMinutesMs, hourMs };
  return makePlan({ source, target, drops, from: job.since, to: job.until, devices, now: clock.now() });
}

/** Touches no target: what it would take over is judged by the source and the settings alone. */
async function look(job: CopyJob, opened: Opened): Promise<Done> {
  const { source, owners } = opened;
  const plan = await planFor(job, opened, source);
  return { resumed: false, tally: await count(plan, source, owners, opened), verification: undefined };
}

async function move(job: CopyJob, opened: Opened): Promise<Done> {
  const { settings, clock, source, owners, progress } = opened;
  // from here on either side may get something of its own
  const began = clock.now();
  const target = await openTarget(job.to, settings);
  try {
    const targetReader = historyReader(target.reader, job.to.name);
    const writer = historyWriter(target.writer, job.to.name);
    // makes what is not there yet
    await writer.write([]);
    const plan = await planFor(job, opened, targetReader);
    await assertRoom(plan, targetReader);
    const file = checkpointFile(settings.LINLI_DATA_DIR, job.from.name, job.to.name);
    const id = JSON.stringify([
      job.from.name,
      job.to.name,
      job.since,
      job.until,
      job.devices,
      job.unknownKind,
      plan.rawFrom,
    ]);
    const after = await readCheckpoint(file, id);
    let savedAt = clock.monotonic();
    const tally = await copyHistory(
      plan,
      {
        source,
        writer,
        owners,
        clock,
        async reached(part, next, tally) {
          progress("copying", part, { done: tally.readings + tally.rollUps, reached: next, plan });
          if (clock.monotonic() - savedAt < CHECKPOINT_AFTER_MS) return;
          await writeCheckpoint(file, { job: id, part, next, tally });
          savedAt = clock.monotonic();
        },
      },
      after,
    );
    let compared = 0;
    const verification = job.verify
      ? await verifyCopy(
          { ...plan, to: Math.min(plan.to, began) },
          {
            source,
            target: targetReader,
            owners,
            progress(part, reached, entries) {
              compared += entries;
              progress("verifying", part, { done: compared, reached, plan });
            },
          },
        )
      : undefined;
    await removeCheckpoint(file);
    return { resumed: after !== undefined, tally, verification };
  } finally {
    await target.close();
  }
}
