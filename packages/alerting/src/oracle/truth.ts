import type { Condition, DeviceKind, PointValue, Quantity } from "@linli/model";
import { findPoint } from "@linli/model";
import { known, type Moment, numbersOf } from "./history.ts";

/** `never`: not applicable there; `silent`: nobody can say; `apart`: what is known is not of one moment. */
export type Said = boolean | "never" | "silent" | "apart";

interface Told {
  readonly said: Said;
  /** When its inputs were last observed, and when one of them last changed. */
  readonly observed?: number | undefined;
  readonly changed?: number | undefined;
}

type Compared = Extract<Condition, { point: string }>;

/**
 * What conditions came to at every moment of a history, worked out anew from the beginning for each. Understands all
 * but CEL, calendars and due dates, and `{slot}`.
 */
export class Naive {
  readonly moments: readonly Moment[];
  readonly kind: DeviceKind;
  private readonly told = new Map<Condition, Map<number, Told>>();

  constructor(moments: readonly Moment[], kind: DeviceKind) {
    this.moments = moments;
    this.kind = kind;
  }

  said(condition: Condition, index: number): Said {
    return this.tell(condition, index).said;
  }

  /** What a condition that has to last must be heard of twice: the points measured in a rhythm that make it so. */
  toHearTwice(condition: Condition, index: number): readonly string[] {
    const standing = this.stands(condition, index);
    return standing === "silence" ? [] : standing;
  }

  /** The measured points that an answer stands on; or that the device says nothing. */
  private stands(condition: Condition, index: number): readonly string[] | "silence" {
    if ("not" in condition) return this.stands(condition.not, index);
    if ("absent" in condition) return this.said(condition, index) === true ? "silence" : [];
    if ("connection" in condition) {
      const state = this.moments[index]?.state ?? "unknown";
      const wantsIt = condition.connection.includes(state);
      const wantsOnline = condition.connection.includes("online");
      return state !== "online" && wantsIt !== wantsOnline ? "silence" : [];
    }
    if ("all" in condition || "any" in condition) {
      const parts = "all" in condition ? condition.all : condition.any;
      const decides = "any" in condition;
      const deciding = parts.filter((part) => this.said(part, index) === decides);
      // one that decides would do alone, so one that needs nothing more is enough; otherwise each part is needed
      const standings = (deciding.length > 0 ? deciding : parts).map((part) => this.stands(part, index));
      if (deciding.length > 0 && standings.some((one) => one.length === 0)) return [];
      if (standings.includes("silence")) return "silence";
      return standings.flatMap((one) => one);
    }
    return pointsOf(condition).filter((point) => findPoint(this.kind, point)?.cadence !== undefined);
  }

  private tell(condition: Condition, index: number): Told {
    let answers = this.told.get(condition);
    if (answers === undefined) {
      answers = new Map();
      this.told.set(condition, answers);
    }
    const before = answers.get(index);
    if (before !== undefined) return before;
    const told = this.workOut(condition, index);
    answers.set(index, told);
    return told;
  }

  private workOut(condition: Condition, index: number): Told {
    const now = this.moments[index] as Moment;
    if ("all" in condition) return together(condition.all.map((one) => this.tell(one, index)));
    if ("any" in condition) return either(condition.any.map((one) => this.tell(one, index)));
    if ("not" in condition) {
      const { said, ...rest } = this.tell(condition.not, index);
      return { ...rest, said: typeof said === "boolean" ? !said : said };
    }
    if ("count" in condition) return this.count({ ...condition.count, within: Number(condition.count.within) }, index);
    if ("total" in condition) {
      const { of, atLeast, within } = condition.total;
      return this.total({ of, atLeast: Number(atLeast), within: Number(within) }, index);
    }
    if ("event" in condition) return { said: now.event === condition.event };
    if ("connection" in condition) return { said: condition.connection.includes(now.state) };
    if ("absent" in condition) {
      const { point, longerThan } = condition.absent;
      const since = point === undefined ? now.heardAt : this.known(point, index)?.spokeAt;
      return { said: since === undefined ? "never" : now.at - since > Number(longerThan) };
    }
    if ("faulty" in condition) {
      const point = this.known(condition.faulty, index);
      if (point === undefined) return { said: "never" };
      const said = point.usable || point.faulty ? point.faulty : "silent";
      return { said, observed: this.observedAt(condition.faulty, index), changed: point.changedAt };
    }
    if ("stuck" in condition) {
      const point = this.known(condition.stuck.point, index);
      if (point === undefined) return { said: "never" };
      return { said: point.usable ? point.at - point.changedAt >= Number(condition.stuck.longerThan) : "silent" };
    }
    if ("rate" in condition) {
      const { per, over } = condition.rate;
      return this.rate({ ...condition.rate, per: Number(per), over: Number(over) }, index);
    }
    if ("window" in condition) {
      const { fn, over } = condition.window;
      return this.window({ ...condition.window, over: Number(over) }, fn, index);
    }
    if ("meanKineticTemperature" in condition) {
      const { meanKineticTemperature: kinetic } = condition;
      return this.window({ ...kinetic, over: Number(kinetic.over) }, "kinetic", index);
    }
    if ("point" in condition) return this.threshold(condition, index);
    throw new TypeError(`the oracle does not understand ${JSON.stringify(condition)}`);
  }

  private known(point: string, index: number) {
    return known(this.moments, index, { kind: this.kind, point });
  }

  private threshold(condition: Compared, index: number): Told {
    const point = this.known(condition.point, index);
    if (point === undefined) return { said: "never" };
    if (!point.usable && !(condition.lastKnown && point.inRange)) return { said: "silent" };
    const band = Number(condition.deadband ?? 0);
    let said = false;
    // by all that it said until now: what was true stays so until it is back by the dead-band
    for (let before = 0; before <= index; before++) {
      const value = this.moments[before]?.values?.[condition.point];
      const isJudged = value !== undefined && this.known(condition.point, before)?.usable === true;
      if (isJudged) said = compares(condition, value, said ? band : 0);
    }
    return { said, observed: this.observedAt(condition.point, index), changed: point.changedAt };
  }

  private observedAt(point: string, index: number): number | undefined {
    const isMeasured = findPoint(this.kind, point)?.cadence !== undefined;
    const spoken = this.moments.slice(0, index + 1).filter(({ values }) => values !== undefined);
    return isMeasured ? this.known(point, index)?.at : spoken.at(-1)?.at;
  }

  private count({ of, atLeast, within }: { of: Condition; atLeast: Quantity; within: number }, index: number): Told {
    const now = this.moments[index] as Moment;
    if (this.said(of, index) === "never") return { said: "never" };
    let times = 0;
    let was = false;
    for (let before = 0; before <= index; before++) {
      const moment = this.moments[before] as Moment;
      const said = this.said(of, before);
      const happened = moment.event !== undefined && eventsOf(of).includes(moment.event);
      // an event is over with its moment
      if (said === true && (!was || happened) && moment.at > now.at - within) times++;
      if (typeof said === "boolean") was = said;
    }
    if (times >= Number(atLeast)) return { said: true };
    const said = this.said(of, index);
    return { said: typeof said === "boolean" ? false : said };
  }

  private total({ of, atLeast, within }: { of: Condition; atLeast: number; within: number }, index: number): Told {
    const now = this.tell(of, index);
    const points = pointsOf(of);
    const samples = this.moments.slice(0, index + 1).flatMap((moment, at): [number, number][] => {
      // what cannot have been measured is as good as not sent
      const said = (point: string) => moment.values !== undefined && point in moment.values;
      if (!points.some((point) => said(point) && this.known(point, at)?.inRange)) return [];
      const then = this.tell(of, at).said;
      // what is not of one moment is judged by what was sent: the rest stands as it is known
      if (then === "never") return [];
      return [[moment.at, then === true || then === "apart" ? 1 : 0]];
    });
    if (typeof now.said !== "boolean" && now.said !== "apart") return { said: now.said };
    if (samples.length === 0) return { said: now.said };
    const sum = stretches(thinned(samples, within, "first"), within).reduce((all, [value, ms]) => all + value * ms, 0);
    return { said: sum >= atLeast };
  }

  private samples(point: string, over: number, index: number, keep: Keep): (readonly [number, number])[] | Told {
    const numbers = numbersOf(this.moments, index, { kind: this.kind, point });
    const state = this.known(point, index);
    if (state === undefined || numbers.length === 0) return { said: "never" };
    return state.usable ? thinned(numbers, over, keep) : { said: "silent" };
  }

  private rate(rate: { point: string; per: number; over: number }, index: number): Told {
    const samples = this.samples(rate.point, rate.over, index, "first");
    if (!Array.isArray(samples)) return samples as Told;
    const [newestAt, newest] = samples.at(-1) as [number, number];
    const [oldestAt, oldest] = samples.find(([at]) => at >= newestAt - rate.over) as [number, number];
    if (newestAt === oldestAt || newestAt - oldestAt < rate.over / 2) return { said: "silent" };
    return { said: compares(rate, ((newest - oldest) / (newestAt - oldestAt)) * rate.per, 0) };
  }

  private window(window: { point: string; over: number }, fn: string, index: number): Told {
    const samples = this.samples(window.point, window.over, index, fn === "min" || fn === "max" ? fn : "first");
    if (!Array.isArray(samples)) return samples as Told;
    const seen = stretches(samples, window.over);
    const ms = seen.reduce((sum, [, length]) => sum + length, 0);
    if (ms < window.over / 2) return { said: "silent" };
    const newest = (samples.at(-1) as readonly [number, number])[0];
    const inside = samples.filter(([at]) => at >= newest - window.over).map(([, value]) => value);
    const mean = (of: (value: number) => number) =>
      seen.reduce((sum, [value, length]) => sum + of(value) * length, 0) / ms;
    if (fn === "min") return { said: compares(window, Math.min(...inside), 0) };
    if (fn === "max") return { said: compares(window, Math.max(...inside), 0) };
    if (fn === "mean")
      return {
        said: compares(
          window,
          mean((value) => value),
          0,
        ),
      };
    const kinetic = 10_000 / -Math.log(mean((celsius) => Math.exp(-10_000 / (celsius + 273.15)))) - 273.15;
    return { said: compares(window, kinetic, 0) };
  }
}

const CELLS = 144;

type Keep = "first" | "min" | "max";

/** Of each 144th of the window one: the earliest, smallest or largest. */
function thinned(samples: readonly (readonly [number, number])[], windowMs: number, keep: Keep) {
  const cells = new Map<number, (readonly [number, number])[]>();
  for (const sample of samples) {
    const cell = Math.floor(sample[0] / (windowMs / CELLS));
    cells.set(cell, [...(cells.get(cell) ?? []), sample]);
  }
  return [...cells.values()].map((cell) => {
    if (keep === "first") return cell[0] as readonly [number, number];
    const values = cell.map(([, value]) => value);
    const wanted = keep === "min" ? Math.min(...values) : Math.max(...values);
    return cell.find(([, value]) => value === wanted) as readonly [number, number];
  });
}

/** How long each value held inside of the window that ends at the newest; not over gaps of half an hour. */
function stretches(samples: readonly (readonly [number, number])[], windowMs: number): [value: number, ms: number][] {
  const end = samples.at(-1)?.[0] ?? 0;
  return samples.flatMap(([at, value], index): [number, number][] => {
    const next = samples[index + 1]?.[0];
    if (next === undefined || next - at > Math.max(1_800_000, (2 * windowMs) / CELLS)) return [];
    const ms = next - Math.max(at, end - windowMs);
    return ms > 0 ? [[value, ms]] : [];
  });
}

function together(all: readonly Told[]): Told {
  const observed = Math.min(...all.map((one) => one.observed ?? Number.POSITIVE_INFINITY));
  const changed = Math.max(...all.map((one) => one.changed ?? Number.NEGATIVE_INFINITY));
  const moments = { ...(Number.isFinite(observed) && { observed }), ...(Number.isFinite(changed) && { changed }) };
  if (all.some(({ said }) => said === false)) return { said: false, ...moments };
  if (all.every(({ said }) => said === true)) return { said: observed < changed ? "apart" : true, ...moments };
  return { said: because(all), ...moments };
}

function either(all: readonly Told[]): Told {
  const there = all.filter(({ said }) => said !== "never");
  const about = there.some(({ said }) => said === true) ? there.filter(({ said }) => said === true) : there;
  const { observed, changed } = together(about);
  if (about.some(({ said }) => said === true)) return { said: true, observed, changed };
  if (there.length > 0 && there.every(({ said }) => said === false)) return { said: false, observed, changed };
  return { said: there.length === 0 ? "never" : because(there), observed, changed };
}

function because(all: readonly Told[]): Said {
  const unknown = all.map(({ said }) => said).filter((said) => typeof said !== "boolean");
  if (unknown.includes("never")) return "never";
  return unknown.every((said) => said === "apart") ? "apart" : "silent";
}

function compares(condition: object, value: PointValue, band: number): boolean {
  const { above, below, atLeast, atMost, equals } = condition as Record<string, PointValue | undefined>;
  if (above !== undefined) return Number(value) > Number(above) - band;
  if (below !== undefined) return Number(value) < Number(below) + band;
  if (atLeast !== undefined) return Number(value) >= Number(atLeast) - band;
  if (atMost !== undefined) return Number(value) <= Number(atMost) + band;
  return value === equals;
}

function eventsOf(condition: Condition): string[] {
  return [...JSON.stringify(condition).matchAll(/"event":"([^"]+)"/g)].map((match) => match[1] as string);
}

function pointsOf(condition: Condition): string[] {
  return [...JSON.stringify(condition).matchAll(/"(?:point|faulty)":"([^"]+)"/g)].map((match) => match[1] as string);
}
