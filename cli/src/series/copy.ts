import type { PointType } from "@linli/model";
import { isLinliError } from "@linli/model";
import { type Clock, sleep } from "@linli/runtime";
import { type Bucket, type RollUp, type Sample, type SeriesPoint, typeFor, type WriteOutcome } from "@linli/stores";
import type { Checkpoint } from "./checkpoint.ts";
import type { Owners } from "./owners.ts";
import { readingsToMove, rollUpsToMove, type Stretch } from "./pages.ts";
import {
  END_OF_TIME,
  type HistoryReader,
  type HistoryWriter,
  hasRollUps,
  PARTS,
  type Part,
  type Plan,
  type Tally,
} from "./plan.ts";

/** A target that does not answer is asked again for about as long as it takes to start it anew. */
const TRIES = 8;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;

export interface CopyDeps {
  readonly source: HistoryReader;
  readonly writer: HistoryWriter;
  readonly owners: Owners;
  readonly clock: Clock;
  /** Called after each page: everything before `next` of this part is safe in the target. */
  readonly reached: (part: Part, next: number, tally: Tally) => Promise<void>;
}

/** What a page comes to for the target. */
interface Batch<T> {
  readonly entries: readonly T[];
  readonly write: (entries: readonly T[]) => Promise<WriteOutcome>;
}

/** Moves everything of a plan; begins after what a checkpoint says is safe. */
export async function copyHistory(plan: Plan, deps: CopyDeps, after?: Checkpoint): Promise<Tally> {
  const { source, writer, clock } = deps;
  let tally: Tally = after?.tally ?? { readings: 0, rollUps: 0, rejected: {} };
  if (hasRollUps(plan)) await patiently(clock, () => writer.keepSince(plan.since));
  const first = after ? PARTS.indexOf(after.part) : 0;
  for (const part of PARTS.slice(first)) {
    const begin = part === after?.part ? after.next : 0;
    if (part === "raw") {
      for await (const page of readingsToMove(source, plan, begin)) {
        const entries = pointsOf(page, deps.owners);
        const stored = await store(clock, { entries, write: (batch) => writer.write(batch) });
        tally = added(tally, { readings: entries.length - stored.refused, rollUps: 0, rejected: stored.rejected });
        await deps.reached(part, page.to, tally);
      }
    } else {
      for await (const page of rollUpsToMove(source, part, plan, begin)) {
        const entries = bucketsOf(page, part, deps.owners);
        const stored = await store(clock, { entries, write: (batch) => writer.writeRollUps(batch) });
        tally = added(tally, { readings: 0, rollUps: entries.length - stored.refused, rejected: stored.rejected });
        await deps.reached(part, page.to, tally);
      }
    }
    await deps.reached(part, END_OF_TIME, tally);
  }
  return tally;
}

function added(tally: Tally, { readings, rollUps, rejected }: Tally): Tally {
  const together: Record<string, number> = { ...tally.rejected };
  for (const [reason, count] of Object.entries(rejected)) together[reason] = (together[reason] ?? 0) + count;
  return { readings: tally.readings + readings, rollUps: tally.rollUps + rollUps, rejected: together };
}

/** Reasons name values: the first of a kind stands for all, so that they stay few. */
const MOST_REASONS = 50;

async function store<T>(clock: Clock, { entries, write }: Batch<T>) {
  if (entries.length === 0) return { refused: 0, rejected: {} };
  const outcome = await patiently(clock, () => write(entries));
  const rejected: Record<string, number> = {};
  for (const { reason } of outcome.rejected) {
    const key = reason in rejected || Object.keys(rejected).length < MOST_REASONS ? reason : "other reasons";
    rejected[key] = (rejected[key] ?? 0) + 1;
  }
  return { refused: outcome.rejected.length, rejected };
}

/** Tries again while the target is not there, as it may be starting; then fails as it did. */
async function patiently<T>(clock: Clock, attempt: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await attempt();
    } catch (error) {
      if (!isLinliError(error, "unavailable") || tries >= TRIES) throw error;
      const wait = error.retryAfterMs ?? FIRST_WAIT_MS * 2 ** (tries - 1);
      await sleep(clock, Math.min(wait, LONGEST_WAIT_MS));
    }
  }
}

function pointsOf({ series }: Stretch<Sample>, owners: Owners): SeriesPoint[] {
  const points: SeriesPoint[] = [];
  for (const { deviceId, point, type, owner: said, entries } of series) {
    const owner = owners.of(deviceId, said);
    if (owner === undefined) continue;
    const declared: PointType = owners.extraType(deviceId, point) ?? type;
    for (const [at, value, flag] of entries) {
      if (value === null) continue;
      const stored = { owner, point, type: typeFor(declared, value), value, at };
      points.push(flag ? { ...stored, faulty: true } : stored);
    }
  }
  return points;
}

function bucketsOf({ series }: Stretch<Bucket>, level: "5m" | "1h", owners: Owners): RollUp[] {
  return series.flatMap(({ deviceId, point, type: stored, owner: said, entries }) => {
    const owner = owners.of(deviceId, said);
    if (owner === undefined) return [];
    const type = owners.extraType(deviceId, point) ?? stored;
    return entries.map((bucket): RollUp => ({ owner, point, type, level, ...bucket }));
  });
}
