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
  /** Its input fell silent while it waited: nothing comes of it before this; `null` = while the silence lasts. */
  readonly doubtedUntil?: number | null;
  /** How many measurements have confirmed it while it was waiting; two are enough. */
  readonly samples: number;
  /** When the last of them was observed: values of one moment are one measurement. */
  readonly sampledAt?: number;
}

export type LevelStates = Readonly<Partial<Record<Severity, LevelState>>>;

/** An event that was met: a repeat of it is no news. */
export type HeardEvent = readonly [id: string, at: number];

/** What one rule remembers of one device: plain JSON, stored as it is. */
export interface RuleState {
  readonly version: number;
  /** Which of the device's own numbers it goes by; absent = the rule's. */
  readonly numbers?: string;
  readonly levels: LevelStates;
  /** The open episode, if there is one. */
  readonly alert?: Alert;
  /** Since when a lower severity would do. */
  readonly lowerSince?: number;
  /** Life safety, open: since when nobody can say whether it still holds. */
  readonly doubtfulSince?: number;
  /** When `seen` was last told. */
  readonly toldSeenAt?: number;
  /** The version was changed while it was open and nobody could say yet whether it holds under the new one. */
  readonly unjudged?: true;
  /** Kept as long as the clock stands at the moment of the last opening: two of one moment are still two. */
  readonly lastOpening?: number;
  readonly heard?: readonly HeardEvent[];
  /** What conditions remember (windows, counts, sums), named by what it is about: an edit of anything else keeps it. */
  readonly memory: Readonly<Record<string, unknown>>;
}

/** What came of giving a rule one signal. */
export interface StepResult {
  /** `undefined` when there is nothing to remember; the same object as before when nothing changed. */
  readonly state: RuleState | undefined;
  readonly effects: readonly AlertEffect[];
  /** The journal time at which it wants to be asked again; `undefined` = only when something happens. */
  readonly due: number | undefined;
}
