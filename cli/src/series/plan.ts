import { LinliError } from "@linli/model";
import type { HistoryQuery, KeptSince, Retention, SeriesReader, SeriesWriter } from "@linli/stores";

const DAY = 86_400_000;
/** Nothing is stored from here on. */
export const END_OF_TIME = Date.UTC(2200, 0, 1);

/** In this order: what stands alone first, so that raw readings never lie beside roll-ups that are not there yet. */
export const PARTS = ["1h", "5m", "raw"] as const;
export type Part = (typeof PARTS)[number];

/** What was done so far. */
export interface Tally {
  readonly readings: number;
  readonly rollUps: number;
  /** What the target refused, by reason. */
  readonly rejected: Readonly<Record<string, number>>;
}

/** The reading side of a store that can be moved. */
export type HistoryReader = SeriesReader & Required<Pick<SeriesReader, "keptSince" | "readings" | "rollUps">>;

export function historyReader(reader: SeriesReader, name: string): HistoryReader {
  if (reader.keptSince && reader.readings && reader.rollUps) return reader as HistoryReader;
  throw new LinliError("invalid", `${name} cannot be read as a whole`);
}

/** The writing side of a store that takes what is moved. */
export type HistoryWriter = SeriesWriter & Required<Pick<SeriesWriter, "keepSince" | "writeRollUps">>;

export function historyWriter(writer: SeriesWriter, name: string): HistoryWriter {
  if (writer.keepSince && writer.writeRollUps) return writer as HistoryWriter;
  throw new LinliError("invalid", `${name} takes no roll-ups`);
}

/** What goes where. */
export interface Plan {
  readonly from: number;
  readonly to: number;
  /** From here on raw readings go; before it roll-ups. */
  readonly rawFrom: number;
  /** Since when the source has raw readings; from there to `rawFrom` roll-ups are made of them. */
  readonly sourceRawFrom: number;
  /** Since when the target keeps raw readings by its own rules. */
  readonly targetRawFrom: number;
  /** Since when each level is worth copying. */
  readonly since: KeptSince;
  readonly devices: ReadonlySet<string> | undefined;
}

export interface PlanInput {
  readonly source: HistoryReader;
  readonly target: HistoryReader;
  /** The target's server drops by itself what is older than that. */
  readonly drops: Retention | undefined;
  readonly from: number;
  readonly to: number;
  readonly devices: ReadonlySet<string> | undefined;
  readonly now: number;
}

/** Works out what goes as raw readings and what as roll-ups. */
export async function makePlan(input: PlanInput): Promise<Plan> {
  const { source, target, drops, from, to, devices, now } = input;
  const [had, has] = [await source.keptSince(), await target.keptSince()];
  const oldest = (ageMs: number) => (Number.isFinite(ageMs) ? Math.max(0, now - (now % DAY) - ageMs) : 0);
  const atLeast = {
    raw: oldest(drops?.rawMs ?? Infinity),
    "5m": oldest(drops?.fiveMinutesMs ?? Infinity),
    "1h": oldest(drops?.hourMs ?? Infinity),
  };
  const sinceOf = (level: keyof KeptSince) => Math.max(had[level], has[level], atLeast[level]);
  const rawFrom = sinceOf("raw") - (sinceOf("raw") % DAY);
  return {
    from,
    to,
    rawFrom,
    sourceRawFrom: had.raw,
    targetRawFrom: Math.max(has.raw, atLeast.raw),
    since: { raw: rawFrom, "5m": sinceOf("5m"), "1h": sinceOf("1h") },
    devices,
  };
}

/** Whether anything of it goes as roll-ups, so that the target must know since when it has raw readings. */
export function hasRollUps({ from, to, rawFrom }: Plan): boolean {
  return from < Math.min(to, rawFrom);
}

/**
 * Fails with `conflict` when the target has raw readings of its own from before the moment from which the source has
 * them: the two cannot stand beside each other, and nothing of the target's own is given up for the source's.
 */
export async function assertRoom(plan: Plan, target: HistoryReader): Promise<void> {
  if (!hasRollUps(plan) || plan.targetRawFrom >= plan.rawFrom) return;
  const query: HistoryQuery = { from: plan.targetRawFrom, to: plan.rawFrom, limit: 1 };
  const [own] = (await target.readings(query)).series;
  const at = own?.entries[0]?.[0];
  if (own === undefined || at === undefined) return;
  const day = (moment: number) => new Date(moment).toISOString().slice(0, 10);
  throw new LinliError(
    "conflict",
    `the target has raw readings of its own of ${day(at)} (${own.deviceId}), the source only roll-ups before ${day(plan.rawFrom)}: copy into an empty store, or begin with --since ${day(plan.rawFrom)}`,
  );
}
