import type { Bucket, Sample, StoredSeries, Summary } from "@linli/stores";
import type { Owners } from "./owners.ts";
import { readingsOf, readingsToMove, rollUpsOf, rollUpsToMove, type Stretch } from "./pages.ts";
import type { HistoryReader, Part, Plan } from "./plan.ts";

/** Entries compared in one go: some tens of MB. */
const AT_ONCE = 250_000;

/** Count and sum of what one side has. */
export interface Side {
  readonly count: number;
  readonly sum: number;
}

/** A point of a device of which the target does not have all that the source has. */
export interface Difference {
  readonly part: Part;
  readonly deviceId: string;
  readonly point: string;
  readonly from: Side;
  readonly to: Side;
  /** Entries of the source that the target lacks, or has with another value. */
  missing: number;
  different: number;
  /** The first of them. */
  firstAt: number | undefined;
}

export interface Verification {
  readonly from: Side;
  readonly to: Side;
  readonly series: number;
  /** Entries of before this moment were compared; epoch ms. */
  readonly until: number;
  /** Of the same points and stretch the target has so many more: they were not copied, others wrote them. */
  readonly extra: number;
  readonly differences: readonly Difference[];
}

interface VerifyDeps {
  readonly source: HistoryReader;
  readonly target: HistoryReader;
  readonly owners: Owners;
  readonly progress: (part: Part, next: number, entries: number) => void;
}

/** How entries of one form are compared. */
interface Form<Entry> {
  readonly moment: (entry: Entry) => number;
  /** Counted into the sum; texts add their length. */
  readonly amount: (entry: Entry) => number;
  readonly same: (a: Entry, b: Entry) => boolean;
}

const SAMPLES: Form<Sample> = {
  moment: ([at]) => at,
  amount: ([, value]) => (typeof value === "string" ? value.length : Number(value)),
  same: (a, b) => Object.is(a[1], b[1]) && a[2] === b[2],
};

/** Where a bucket's first value stood within it is not kept by every store. */
function sameSummary(a: Summary, b: Summary): boolean {
  const facts = (summary: Summary) => {
    const { count, numbers, sum, min, max, first, last, lastAt } = summary;
    return [count, numbers, sum, min, max, first, last, lastAt];
  };
  const others = facts(b);
  return facts(a).every((fact, index) => Object.is(fact, others[index]) || fact === others[index]);
}

const BUCKETS: Form<Bucket> = {
  moment: ({ start }) => start,
  amount: ({ summary }) => summary.count,
  same: (a, b) => sameSummary(a.summary, b.summary),
};

const keyOf = ({ deviceId, point }: Pick<StoredSeries<unknown>, "deviceId" | "point">) => `${deviceId}\u0000${point}`;

type Counted = Difference & {
  readonly from: { count: number; sum: number };
  readonly to: { count: number; sum: number };
};

/** What of a point is yet to be found in the target, by moment. */
interface Sought<Entry> {
  readonly about: Counted;
  readonly open: Map<number, Entry>;
}

class Comparison {
  readonly #points = new Map<string, Counted>();
  #extra = 0;

  /** Compares what both sides have of one stretch; holds the source's page and one of the target's at a time. */
  async add<Entry>(
    part: Part,
    {
      source,
      target,
      form,
    }: { source: readonly StoredSeries<Entry>[]; target: AsyncGenerator<Stretch<Entry>>; form: Form<Entry> },
  ): Promise<void> {
    const sought = this.#seek(part, source, form);
    for await (const { series } of target) {
      for (const piece of series) {
        const point = sought.get(keyOf(piece));
        if (point !== undefined) for (const entry of piece.entries) this.#meet(point, entry, form);
      }
    }
    for (const { about, open } of sought.values()) {
      about.missing += open.size;
      for (const moment of open.keys())
        if (about.firstAt === undefined || moment < about.firstAt) about.firstAt = moment;
    }
  }

  #seek<Entry>(part: Part, source: readonly StoredSeries<Entry>[], form: Form<Entry>): Map<string, Sought<Entry>> {
    const sought = new Map<string, Sought<Entry>>();
    for (const piece of source) {
      const point = sought.get(keyOf(piece)) ?? { about: this.#about(part, piece), open: new Map<number, Entry>() };
      sought.set(keyOf(piece), point);
      // one moment counts once, also when a device that moved wrote it in two places
      for (const entry of piece.entries) point.open.set(form.moment(entry), entry);
    }
    for (const { about, open } of sought.values()) {
      about.from.count += open.size;
      for (const entry of open.values()) about.from.sum += form.amount(entry);
    }
    return sought;
  }

  #meet<Entry>({ about, open }: Sought<Entry>, found: Entry, form: Form<Entry>): void {
    const moment = form.moment(found);
    const wanted = open.get(moment);
    if (wanted === undefined) {
      this.#extra++;
      return;
    }
    open.delete(moment);
    about.to.count++;
    about.to.sum += form.amount(found);
    if (form.same(wanted, found)) return;
    about.different++;
    if (about.firstAt === undefined || moment < about.firstAt) about.firstAt = moment;
  }

  #about(part: Part, piece: StoredSeries<unknown>): Counted {
    const { deviceId, point } = piece;
    const key = `${part}\u0000${keyOf(piece)}`;
    const known = this.#points.get(key);
    if (known !== undefined) return known;
    const nothing = () => ({ count: 0, sum: 0 });
    const about = {
      part,
      deviceId,
      point,
      from: nothing(),
      to: nothing(),
      missing: 0,
      different: 0,
      firstAt: undefined,
    };
    this.#points.set(key, about);
    return about;
  }

  result(until: number): Verification {
    const points = [...this.#points.values()];
    const total = (side: "from" | "to"): Side => ({
      count: points.reduce((count, about) => count + about[side].count, 0),
      sum: points.reduce((sum, about) => sum + about[side].sum, 0),
    });
    const differences = points.filter(({ missing, different }) => missing + different > 0);
    return { from: total("from"), to: total("to"), series: points.length, until, extra: this.#extra, differences };
  }
}

/** From the first entry to the last: what the target has before or behind is no part of the question. */
function rangeOf<Entry>(series: readonly StoredSeries<Entry>[], moment: Form<Entry>["moment"]): [number, number] {
  let [from, to] = [Infinity, -Infinity];
  for (const { entries } of series) {
    const [first, last] = [entries[0], entries.at(-1)];
    if (first === undefined || last === undefined) continue;
    from = Math.min(from, moment(first));
    to = Math.max(to, moment(last) + 1);
  }
  return [from, to];
}

/** Reads both sides again, stretch by stretch, and compares entry by entry. Nothing is taken from what the copy believed. */
export async function verifyCopy(plan: Plan, { source, target, owners, progress }: VerifyDeps): Promise<Verification> {
  const comparison = new Comparison();
  const { devices } = plan;
  const placed = <Entry>(series: readonly StoredSeries<Entry>[]) =>
    series.filter(({ deviceId, owner }) => owners.of(deviceId, owner) !== undefined);
  for (const level of ["1h", "5m"] as const) {
    for await (const { series, to } of together(rollUpsToMove(source, level, plan))) {
      const range = rangeOf(series, BUCKETS.moment);
      const there = rollUpsOf(target, level, { range, devices });
      await comparison.add(level, { source: placed(series), target: there, form: BUCKETS });
      progress(level, to, count(series));
    }
  }
  for await (const { series, to } of together(readingsToMove(source, plan))) {
    const there = readingsOf(target, rangeOf(series, SAMPLES.moment), devices);
    await comparison.add("raw", { source: placed(series), target: there, form: SAMPLES });
    progress("raw", to, count(series));
  }
  return comparison.result(plan.to);
}

/** Pages taken together until they have so many entries: each question costs the target something by itself. */
async function* together<Entry>(pages: AsyncGenerator<Stretch<Entry>>): AsyncGenerator<Stretch<Entry>> {
  let open: { series: StoredSeries<Entry>[]; from: number; to: number } | undefined;
  let entries = 0;
  for await (const { series, from, to } of pages) {
    open ??= { series: [], from, to };
    open.series.push(...series);
    open.to = to;
    entries += count(series);
    if (entries < AT_ONCE) continue;
    yield open;
    open = undefined;
    entries = 0;
  }
  if (open !== undefined) yield open;
}

function count(series: readonly StoredSeries<unknown>[]): number {
  return series.reduce((sum, { entries }) => sum + entries.length, 0);
}
