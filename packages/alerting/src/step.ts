import type { Alert, AlertChange, Severity } from "@linli/model";

/** One step of an episode, told to everybody who follows it. Carries the alert as it is after it. */
export interface AlertEffect {
  readonly change: AlertChange;
  readonly alert: Alert;
  /** For `severity`: what it was before. */
  readonly before?: Severity;
  /** Why, in words that name the rule's numbers and the values met; English, for the time line. */
  readonly reason: string;
}

/** Where one level of a rule stands on a device. Absent = its condition does not hold. Times: journal time. */
export interface LevelState {
  /** It has held for its `for`. */
  readonly raised: boolean;
  /** Not raised: since when it holds. Raised: since when it is over; absent while it is not. */
  readonly since?: number;
  /** How many measurements have confirmed it while it was waiting. */
  readonly samples: number;
}

export type LevelStates = Readonly<Partial<Record<Severity, LevelState>>>;

/**
 * What one rule remembers of one device: plain JSON, stored as it is. Each condition keeps what it needs under its place
 * in the rule, which is worth nothing to another version of the rule.
 */
export interface RuleState {
  readonly version: number;
  readonly levels: LevelStates;
  /** The open episode, if there is one. */
  readonly alert?: Alert;
  /** Since when a lower severity would do. */
  readonly lowerSince?: number;
  /** When `seen` was last told. */
  readonly toldSeenAt?: number;
  /** What conditions remember: windows, counts, sums. */
  readonly memory: Readonly<Record<string, unknown>>;
}

/** What came of giving a rule one signal. */
export interface StepResult {
  /** `undefined` when there is nothing to remember. */
  readonly state: RuleState | undefined;
  readonly effects: readonly AlertEffect[];
  /** The journal time at which it wants to be asked again; `undefined` = only when something happens. */
  readonly due: number | undefined;
}
