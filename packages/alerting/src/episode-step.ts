import { type Alert, compareSeverity } from "@linli/model";
import type { Look } from "./conditions/node.ts";
import {
  changedSeverity,
  cleared,
  closed,
  ended,
  highestRaised,
  inWords,
  LOWER_AFTER_MS,
  madeFresh,
  madeStale,
  opened,
  SEEN_EVERY_MS,
  seen,
} from "./episode.ts";
import type { LevelStep } from "./levels.ts";
import type { Remembered } from "./remembered.ts";
import type { AlertEffect } from "./step.ts";
import type { StepInput } from "./step-input.ts";

/** After so long a silence a person's word stands for it, life safety or not. */
const DOUBT_MS = 86_400_000;
const NO_EFFECTS: readonly AlertEffect[] = [];

/** What became of an episode in one step. */
export interface Episode {
  readonly alert: Alert | undefined;
  readonly effects: readonly AlertEffect[];
  readonly lowerSince?: number | undefined;
  readonly doubtfulSince?: number | undefined;
  readonly toldSeenAt?: number | undefined;
  readonly unjudged?: true | undefined;
  readonly due?: number | undefined;
  /** A person or an edit ended it: what was raised is not. */
  readonly abandoned?: true;
}

/** None is open: one begins when a level is raised, and is known to hold now. */
export function open({ rule, replacedBy, state }: StepInput, steps: readonly LevelStep[], look: Look): Episode {
  const raised = steps.find(({ state, when }) => state?.raised === true && when.truth === true);
  if (raised === undefined || replacedBy !== undefined) return { alert: undefined, effects: NO_EFFECTS };
  const effect = opened(rule, raised, look, Math.max(look.at, (state?.lastOpening ?? 0) + 1));
  return { alert: effect.alert, effects: [effect], toldSeenAt: look.at };
}

/** An episode is open: it goes up at once, down slowly, and ends when nothing holds any more, or by a person. */
export function carryOn({ signal }: StepInput, before: Remembered, steps: readonly LevelStep[], look: Look): Episode {
  const { at } = look;
  const alert = before.alert as Alert;
  const isTrue = steps.some(({ when }) => when.truth === true);
  const doubtfulSince = doubt(before, steps, at);
  if (signal.type === "closed" && !isTrue && !isTooEarly(doubtfulSince, at)) {
    return { alert: undefined, effects: [closed(alert, at, signal.by, signal.outcome)], abandoned: true };
  }
  const isFalse = steps.every(({ when }) => when.truth === false);
  const raised = highestRaised(steps);
  // a version that does not hold at first sight never held: the episode is over, but nothing was mended
  if (before.unjudged && isFalse) {
    const by = signal.type === "rule" ? signal.by : "an edit";
    return { alert: undefined, effects: [ended(alert, at, "rule", by)], abandoned: true };
  }
  if (raised === undefined && !alert.latched && !before.unjudged) {
    const facts = steps.flatMap(({ when }) => when.facts());
    return { alert: undefined, effects: [cleared(alert, at, facts)] };
  }
  const effects: AlertEffect[] = [];
  let now = freshness(alert, steps, effects);
  now = sighted(now, { before, steps, look });
  now = rise(now, raised, at, effects);
  const lower = fall(now, raised, { at, since: before.lowerSince }, effects);
  const toldSeenAt = tellSeen(lower.alert, { alert, before, steps, at }, effects);
  return {
    alert: lower.alert,
    effects,
    lowerSince: lower.since,
    doubtfulSince,
    toldSeenAt,
    unjudged: before.unjudged && !isTrue ? true : undefined,
    due: lower.since === undefined ? undefined : lower.since + LOWER_AFTER_MS,
  };
}

/**
 * A person may end what nobody can confirm: a crew that stands at a dead device sees more than we do. But where a life
 * is at stake a silence is not taken for an all-clear by a click: somebody may still be in the car, and what is
 * acknowledged and arrived at presses nobody meanwhile. So that waits until the device speaks again; or for a day, for
 * what was scrapped never will, and may not be retired over an open latch.
 */
function isTooEarly(doubtfulSince: number | undefined, at: number): boolean {
  return doubtfulSince !== undefined && at - doubtfulSince < DOUBT_MS;
}

function doubt({ alert, doubtfulSince }: Remembered, steps: readonly LevelStep[], at: number): number | undefined {
  if (alert?.lifeSafety !== true || steps.some(({ when }) => when.truth === true)) return undefined;
  // what does not apply there any more is not doubtful
  const isDoubtful = steps.some(({ when }) => when.truth === undefined && when.unknown !== "never-reported");
  return isDoubtful ? (doubtfulSince ?? at) : undefined;
}

/** Nobody can say any more whether it still holds, or somebody can again. */
function freshness(alert: Alert, steps: readonly LevelStep[], effects: AlertEffect[]): Alert {
  const raised = steps.filter(({ state }) => state?.raised === true);
  const about = raised.length > 0 ? raised : steps;
  const isTrue = steps.some(({ when }) => when.truth === true);
  const silent = !isTrue && about.every(({ when }) => when.truth === undefined && when.unknown === undefined);
  const speaks = about.some(({ when }) => when.truth !== undefined);
  if (alert.stale ? !speaks : !silent) return alert;
  const effect = alert.stale ? madeFresh(alert) : madeStale(alert);
  effects.push(effect);
  return effect.alert;
}

function rise(alert: Alert, raised: LevelStep | undefined, at: number, effects: AlertEffect[]): Alert {
  // what was raised unheard, and is unknown now, raises nothing
  if (raised?.when.truth !== true || compareSeverity(raised.level.severity, alert.severity) <= 0) return alert;
  const effect = changedSeverity(alert, raised, at);
  effects.push(effect);
  return effect.alert;
}

function fall(
  alert: Alert,
  raised: LevelStep | undefined,
  { at, since }: { at: number; since: number | undefined },
  effects: AlertEffect[],
): { readonly alert: Alert; readonly since?: number } {
  // what a person has to close keeps the severity it reached
  const isLower = raised !== undefined && compareSeverity(raised.level.severity, alert.severity) < 0;
  if (alert.latched || !isLower) return { alert };
  const from = since ?? at;
  if (at - from < LOWER_AFTER_MS) return { alert, since: from };
  const effect = changedSeverity(alert, raised, at);
  effects.push(effect);
  return { alert: effect.alert };
}

/** It was met anew while it was open: an event once more, or true after it had been false. */
function metAnew({
  before,
  steps,
  look: { signal },
}: {
  readonly before: Remembered;
  readonly steps: readonly LevelStep[];
  readonly look: Look;
}): LevelStep | undefined {
  if (signal.type === "rule" || signal.type === "replaced" || before.unjudged) return undefined;
  const wasOver = Object.keys(before.levels).length === 0;
  return steps.find(({ level, when, before: previous }) => {
    if (when.truth !== true) return false;
    if (signal.type === "event" && level.when.reads.events.includes(signal.event.type)) return true;
    return previous?.raised === true ? previous.since !== undefined : wasOver;
  });
}

function sighted(alert: Alert, met: Parameters<typeof metAnew>[0]): Alert {
  return metAnew(met) === undefined ? alert : { ...alert, lastSeenAt: met.look.at };
}

/** It moved `lastSeenAt`: told at most once a minute, and not when something else was told already. */
function tellSeen(
  now: Alert,
  { alert, before, steps, at }: { alert: Alert; before: Remembered; steps: readonly LevelStep[]; at: number },
  effects: AlertEffect[],
): number | undefined {
  const { toldSeenAt } = before;
  const isDue = toldSeenAt === undefined || at - toldSeenAt >= SEEN_EVERY_MS;
  if (now.lastSeenAt === alert.lastSeenAt || effects.length > 0 || !isDue) return toldSeenAt;
  const facts = steps.filter(({ when }) => when.truth === true).flatMap(({ when }) => when.facts());
  effects.push(seen(now, inWords(facts)));
  return at;
}
