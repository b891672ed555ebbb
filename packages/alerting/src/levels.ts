import type { CompiledLevel } from "./compiled-rule.ts";
import { groundOf, stirsAt } from "./conditions/ground.ts";
import { type Answer, type Ground, type Look, NO_GROUND, sooner } from "./conditions/node.ts";
import type { LevelState } from "./step.ts";

/** What a level answered to one signal, and where it stands since. */
export interface LevelStep {
  readonly level: CompiledLevel;
  readonly when: Answer;
  readonly before: LevelState | undefined;
  readonly state: LevelState | undefined;
  readonly due: number | undefined;
}

interface Move {
  readonly level: CompiledLevel;
  readonly before: LevelState | undefined;
  readonly when: Answer;
  readonly clear: Answer | undefined;
  readonly look: Look;
  readonly episode: EpisodeOf;
}

/** What a level is to an episode of its rule. */
export interface EpisodeOf {
  readonly isOpen: boolean;
  /** It has to say at once whether it holds, whatever its `for`: the rule was edited. */
  readonly isUnjudged: boolean;
}

interface Moved {
  readonly state: LevelState | undefined;
  readonly due: number | undefined;
}

/** What is old news when it is learned, and still stands so much later, is no longer the past. */
const SETTLED_AFTER_MS = 60_000;
const ENOUGH_SAMPLES = 2;

/** The observation that confirms a waiting level; values of one message are one. */
function sampleOf({ before, look: { signal, late } }: Move, ground: Ground): number | undefined {
  if (signal.type !== "readings" || late) return undefined;
  const sample = signal.readings.find(({ reading, newest }) => newest && ground.includes(reading.point));
  if (sample === undefined) return undefined;
  const { observedAt } = sample.reading;
  return before?.sampledAt !== undefined && observedAt <= before.sampledAt ? undefined : observedAt;
}

/** What was learned late counts from later on, unless something fresh says the same before. */
function sinceWhen({ level, before, look: { at, late, signal } }: Move): number {
  const from = late && !level.accumulates ? at + SETTLED_AFTER_MS : at;
  if (before?.since === undefined) return from;
  return late || signal.type === "due" ? before.since : Math.min(before.since, at);
}

/** One measurement does not make a `for`: what has to be confirmed, if anything has. */
function toConfirm({ level, when, look }: Move): Ground {
  const ground = level.forMs === 0 ? NO_GROUND : groundOf(when, look.view);
  return ground === "silence" ? NO_GROUND : ground;
}

function waiting(move: Move): Moved {
  const { level, before, look, episode } = move;
  const samples = before?.samples ?? 0;
  const since = sinceWhen(move);
  const due = Math.max(since + level.forMs, before?.doubtedUntil ?? 0);
  const ground = samples < ENOUGH_SAMPLES ? toConfirm(move) : NO_GROUND;
  const sampledAt = ground.length > 0 ? sampleOf(move, ground) : undefined;
  const confirmed = sampledAt === undefined ? samples : samples + 1;
  const enough = ground.length === 0 || confirmed >= ENOUGH_SAMPLES;
  if (episode.isUnjudged || (look.at >= due && enough))
    return { state: { raised: true, samples: confirmed }, due: undefined };
  // what makes it true besides may need no confirmation
  const again = look.at < due ? due : stirsAt(move.when);
  if (before?.since === since && confirmed === samples) return { state: before, due: again };
  return {
    state: { ...before, raised: false, since, samples: confirmed, ...(sampledAt !== undefined && { sampledAt }) },
    due: again,
  };
}

function recovering({ level, before, look }: Move): Moved {
  const { since = look.at, samples = 0 } = before ?? {};
  const due = Math.max(since + level.clearForMs, before?.doubtedUntil ?? 0);
  if (look.at >= due) return { state: undefined, due: undefined };
  return { state: before?.since === undefined ? { raised: true, since, samples } : before, due };
}

function standing(before: LevelState): Moved {
  return { state: before.since === undefined ? before : { raised: true, samples: before.samples }, due: undefined };
}

function silenced(before: LevelState | undefined, { unknown }: Answer): Moved {
  const waits = before?.since !== undefined && before.doubtedUntil !== null && unknown === undefined;
  return { state: waits ? { ...before, doubtedUntil: null } : before, due: undefined };
}

/**
 * After a silence the waiting goes on as if there had been none; but unless it was a reading that ended it, all that is
 * known is old, and the device has a minute to say otherwise.
 */
function resumed(before: LevelState, { late, at, signal }: Look): LevelState {
  const { doubtedUntil, ...sure } = before;
  if (doubtedUntil === undefined) return before;
  if (signal.type === "readings" && !late) return sure;
  return doubtedUntil === null ? { ...sure, doubtedUntil: at + SETTLED_AFTER_MS } : before;
}

/** Waiting for its `for`, raised, waiting for its `clearFor`. Unknown moves nothing. */
function moveLevel(given: Move): Moved {
  const { when, clear, look } = given;
  if (when.truth === undefined) return silenced(given.before, when);
  const before = given.before && resumed(given.before, look);
  const move = before === given.before ? given : { ...given, before };
  if (before === undefined || !before.raised) {
    return when.truth ? waiting(move) : { state: undefined, due: undefined };
  }
  if (when.truth) return standing(before);
  // it told nothing, since another rule did: there is nothing to recover from
  if (!given.episode.isOpen) return { state: undefined, due: undefined };
  if (clear === undefined || clear.truth === true) return recovering(move);
  return clear.truth === false ? standing(before) : silenced(before, clear);
}

/** Asks a level and moves it. */
export function stepLevel(
  level: CompiledLevel,
  before: LevelState | undefined,
  look: Look,
  episode: EpisodeOf,
): LevelStep {
  const when = level.when.answer(look);
  const clear = level.clear?.answer(look);
  const { state, due } = moveLevel({ level, before, when, clear, look, episode });
  return { level, when, before, state, due: sooner(due, sooner(when.due, clear?.due)) };
}
