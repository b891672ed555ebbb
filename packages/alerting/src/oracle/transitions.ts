import { type DeviceKind, type Rule, type RuleLevel, SEVERITIES, type Severity } from "@linli/model";
import { type Happened, type Moment, momentsOf } from "./history.ts";
import { Naive, type Said } from "./truth.ts";

/** What was told, and when: opened, severity, stale, fresh, cleared. */
export type Transition = readonly [at: number, change: string, severity: Severity];

interface Standing {
  raised: boolean;
  heldSince: number | undefined;
  overSince: number | undefined;
  isSilent: boolean;
  doubtedUntil: number | undefined;
  samples: number[];
}

const WAITS_NO_MORE = {
  heldSince: undefined,
  overSince: undefined,
  isSilent: false,
  doubtedUntil: undefined,
  samples: [],
};
const MINUTE = 60_000;
const LOWER_AFTER = 600_000;

function pointsOf(conditions: unknown): string[] {
  return [...JSON.stringify(conditions).matchAll(/"(?:point|faulty)":"([^"]+)"/g)].map((match) => match[1] as string);
}

/** What ends a silence and is no reading tells nothing new: a minute is left for one that does. */
function hearAgain(standing: Standing, points: readonly string[], { at, values }: Moment) {
  const speaks = values !== undefined && points.some((point) => point in values);
  if (standing.isSilent) standing.doubtedUntil = at + MINUTE;
  if (speaks) standing.doubtedUntil = undefined;
  standing.isSilent = false;
}

function moveLevel(
  level: RuleLevel,
  standing: Standing,
  given: { moment: Moment; when: Said; clear: Said; toHearTwice: readonly string[]; points: readonly string[] },
) {
  const { moment, when, clear, toHearTwice, points } = given;
  const isOver = standing.raised && when === false;
  const waits = standing.heldSince !== undefined || standing.overSince !== undefined;
  if (when === "silent" || (isOver && clear === "silent")) {
    if (waits) standing.isSilent = true;
    return;
  }
  if (typeof when === "boolean" && (!isOver || typeof clear === "boolean")) hearAgain(standing, points, moment);
  const doubted = moment.at < (standing.doubtedUntil ?? 0);
  if (standing.raised) {
    if (when === true || (when === false && clear === false)) Object.assign(standing, WAITS_NO_MORE);
    if (when !== false || clear !== true) return;
    standing.overSince ??= moment.at;
    if (doubted || moment.at - standing.overSince < Number(level.clearFor ?? 0)) return;
    Object.assign(standing, { raised: false, ...WAITS_NO_MORE });
    return;
  }
  if (when === false) Object.assign(standing, WAITS_NO_MORE);
  if (when !== true) return;
  standing.heldSince ??= moment.at;
  if (toHearTwice.some((point) => moment.values !== undefined && point in moment.values))
    standing.samples = [...standing.samples, moment.at];
  const enough = toHearTwice.length === 0 || (level.for ?? 0) === 0 || new Set(standing.samples).size >= 2;
  if (doubted || !enough || moment.at - standing.heldSince < Number(level.for ?? 0)) return;
  Object.assign(standing, { raised: true, ...WAITS_NO_MORE });
}

/**
 * What a rule says of a device whose messages come in order, at once and once: worked out the slow way, at every
 * minute. Everything happens at whole minutes, and so does every duration of the rule.
 */
export function transitionsOf(
  rule: Rule,
  history: readonly Happened[],
  { kind, start, end }: { readonly kind: DeviceKind; readonly start: number; readonly end: number },
): readonly Transition[] {
  const moments = momentsOf(history, start, end);
  const naive = new Naive(moments, kind);
  const levels = rule.levels.toSorted((a, b) => SEVERITIES.indexOf(b.severity) - SEVERITIES.indexOf(a.severity));
  const standings = levels.map((): Standing => ({ raised: false, ...WAITS_NO_MORE }));
  const told: Transition[] = [];
  let open: { severity: Severity; stale: boolean; lowerSince: number | undefined } | undefined;

  const ask = (moment: Moment, now: number, whens: readonly Said[], clears: readonly Said[]) => {
    levels.forEach((level, index) => {
      const [when, clear] = [whens[index] as Said, clears[index] as Said];
      const toHearTwice = naive.toHearTwice(level.when, now);
      const points = pointsOf(rule.levels);
      moveLevel(level, standings[index] as Standing, { moment, when, clear, toHearTwice, points });
    });
    const raised = levels.find((_, index) => standings[index]?.raised);
    if (open === undefined) {
      if (raised === undefined) return;
      open = { severity: raised.severity, stale: false, lowerSince: undefined };
      told.push([moment.at, "opened", raised.severity]);
      return;
    }
    if (raised === undefined && !rule.latched) {
      told.push([moment.at, "cleared", open.severity]);
      open = undefined;
      return;
    }
    const about = whens.filter((_, index) => raised === undefined || standings[index]?.raised);
    const isSilent = !whens.includes(true) && about.every((said) => said === "silent");
    const speaks = about.some((said) => typeof said === "boolean");
    if (open.stale ? speaks : isSilent) {
      open.stale = !open.stale;
      told.push([moment.at, open.stale ? "stale" : "fresh", open.severity]);
    }
    if (raised === undefined) return;
    const higher = SEVERITIES.indexOf(raised.severity) - SEVERITIES.indexOf(open.severity);
    if (higher >= 0 || rule.latched) open.lowerSince = undefined;
    else open.lowerSince ??= moment.at;
    if (higher > 0 || (open.lowerSince !== undefined && moment.at - open.lowerSince >= LOWER_AFTER)) {
      open.severity = raised.severity;
      open.lowerSince = undefined;
      told.push([moment.at, "severity", open.severity]);
    }
  };

  moments.forEach((moment, index) => {
    const whens = levels.map(({ when }) => naive.said(when, index));
    ask(
      moment,
      index,
      whens,
      levels.map(({ clear }) => (clear === undefined ? true : naive.said(clear, index))),
    );
  });
  return told;
}
