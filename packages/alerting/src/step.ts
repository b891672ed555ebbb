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

/**
 * What one rule remembers of one device: plain JSON, stored as it is. Each condition keeps what it needs under its place
 * in the rule, so that the state of an edited rule is recognised as no longer fitting.
 */
export interface RuleState {
  readonly version: number;
  /** The open episode, if there is one. */
  readonly alert?: Alert;
  /** By severity: since when the level's condition has held (or, once raised, has been over). */
  readonly pending: Readonly<Partial<Record<Severity, { readonly since: number; readonly samples: number }>>>;
  readonly recovering: Readonly<Partial<Record<Severity, { readonly since: number }>>>;
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
