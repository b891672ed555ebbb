import type { CompiledLevel } from "./compiled-rule.ts";
import type { Answer, Look } from "./conditions/node.ts";
import { sooner } from "./conditions/node.ts";
import type { LevelState } from "./step.ts";

/** What a level answered to one signal, and where it stands since. */
export interface LevelStep {
  readonly level: CompiledLevel;
  readonly when: Answer;
  readonly state: LevelState | undefined;
  readonly due: number | undefined;
}

function waiting(level: CompiledLevel, before: LevelState | undefined, look: Look): Omit<LevelStep, "level" | "when"> {
  const isSample = look.signal.type === "reading" && !look.late;
  const { since = look.at, samples = 0 } = before ?? {};
  const state = { raised: false, since, samples: samples + (isSample ? 1 : 0) };
  const due = since + level.forMs;
  const enough = level.forMs === 0 || !level.sampled || state.samples >= 2;
  if (look.at >= due && enough) return { state: { raised: true, samples: state.samples }, due: undefined };
  return { state, due: look.at < due ? due : undefined };
}

function recovering(level: CompiledLevel, before: LevelState, look: Look): Omit<LevelStep, "level" | "when"> {
  const { since = look.at, samples } = before;
  const due = since + level.clearForMs;
  return look.at >= due ? { state: undefined, due: undefined } : { state: { raised: true, since, samples }, due };
}

/** Asks a level and moves it: waiting for its `for`, raised, waiting for its `clearFor`. Unknown moves nothing. */
export function stepLevel(level: CompiledLevel, before: LevelState | undefined, look: Look): LevelStep {
  const when = level.when.answer(look);
  const clear = level.clear?.answer(look);
  const asksAgain = sooner(when.due, clear?.due);
  const moved = moveLevel({ level, before, when, clear, look });
  return { level, when, state: moved.state, due: sooner(moved.due, asksAgain) };
}

interface Move {
  readonly level: CompiledLevel;
  readonly before: LevelState | undefined;
  readonly when: Answer;
  readonly clear: Answer | undefined;
  readonly look: Look;
}

function moveLevel({ level, before, when, clear, look }: Move): Omit<LevelStep, "level" | "when"> {
  if (!before?.raised) {
    const mayRaise = before !== undefined || level.accumulates || !look.late;
    if (when.truth === true && mayRaise) return waiting(level, before, look);
    return { state: when.truth === false ? undefined : before, due: undefined };
  }
  const isOver = when.truth === false && (clear === undefined || clear.truth === true);
  if (isOver) return recovering(level, before, look);
  return { state: { raised: true, samples: before.samples }, due: undefined };
}
