import type { LevelState, LevelStates, RuleState } from "./step.ts";
import type { StepInput } from "./step-input.ts";

/** What a signal finds of a state, whatever version it is of. */
export type Remembered = Omit<RuleState, "version" | "numbers">;
export const NOTHING: Remembered = { levels: {}, memory: {} };

function mapLevels(levels: LevelStates, change: (state: LevelState) => LevelState | undefined): LevelStates {
  const entries = Object.entries(levels).map(([severity, state]) => [severity, change(state)] as const);
  return Object.fromEntries(entries.filter(([, state]) => state !== undefined));
}

/** Whether a state was gathered under the rule, and the numbers, that are in force. */
export function isUpToDate(state: RuleState, { rule, numbers }: Pick<StepInput, "rule" | "numbers">): boolean {
  return state.version === rule.version && state.numbers === numbers;
}

/** What is left of a state before the signal is looked at. */
export function prepare(input: StepInput): Remembered {
  const { state, signal } = input;
  if (state === undefined) return NOTHING;
  if (signal.type === "blind") {
    const { gapMs } = signal;
    const levels = mapLevels(state.levels, (level) =>
      level.since === undefined
        ? level
        : {
            ...level,
            since: level.since + gapMs,
            ...(typeof level.doubtedUntil === "number" && { doubtedUntil: level.doubtedUntil + gapMs }),
          },
    );
    return { ...state, levels, ...(state.lowerSince !== undefined && { lowerSince: state.lowerSince + gapMs }) };
  }
  const { alert, heard, lastOpening } = state;
  const kept = {
    ...(alert && { alert }),
    ...(heard && { heard }),
    ...(lastOpening !== undefined && { lastOpening }),
  };
  if (signal.type === "replaced") {
    // the alert stays as it is; what was waiting, and what was remembered, was about the hardware that is gone
    const levels = mapLevels(state.levels, ({ raised }) => (raised ? { raised, samples: 0 } : undefined));
    return { ...NOTHING, ...kept, levels, ...(state.unjudged && { unjudged: true }) };
  }
  if (isUpToDate(state, input)) return state;
  return { ...NOTHING, ...kept, memory: state.memory, ...(alert && !alert.latched && { unjudged: true }) };
}
