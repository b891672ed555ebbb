import type { Alert, Bilingual, Incident, Severity } from "@linli/model";

/** What a name of a place or device is joined to, in the order in which the language says it. */
export interface Named {
  readonly place: string;
  readonly device: string;
  readonly what: string;
}

/** All that Linli says in one language. */
export interface Words {
  of(text: Bilingual): string;
  /** The sender's name. */
  readonly brand: string;
  readonly drillBrand: string;
  /** In front of a value that may stand alone. */
  readonly drillMark: string;
  readonly drill: string;
  readonly severity: Readonly<Record<Severity, string>>;
  /** Names of one place, the nearest first, as one. */
  place(nearestFirst: readonly string[]): string;
  /** `LABEL: what, device, place`. */
  headline(label: string, named: Named): string;
  /** Several names, or several facts. */
  list(items: readonly string[], more: number): string;
  yesNo(value: boolean): string;
  /** Degrees Celsius and other signs that differ. */
  unit(code: string): string;
  /** A clock time, with the day when it is not today's: `weekday` 1 = Monday. */
  moment(clock: string, day?: { readonly month: number; readonly day: number; readonly weekday: number }): string;
  duration(parts: {
    readonly days: number;
    readonly hours: number;
    readonly minutes: number;
    readonly seconds: number;
  }): string;

  readonly label: {
    readonly nowSeverity: (severity: string) => string;
    readonly escalated: string;
    readonly reminder: string;
    readonly nobodyCame: string;
    readonly noData: string;
    readonly dataBack: string;
    readonly cleared: string;
    readonly closed: string;
    readonly ended: string;
    readonly progress: string;
    readonly digest: string;
    readonly handover: string;
    readonly platform: string;
    readonly test: string;
  };

  where(place: string, device: string): string;
  /** Since when, learned when if that was later, and how soon somebody shall answer. */
  since(began: string, learned: string | undefined, acknowledgeWithin: string | undefined): string;
  seen(facts: string): string;
  toDo(step: string): string;
  unacknowledged(duration: string, told: string | undefined): string;
  nowYours: string;
  lapsed: string;
  rose(before: string, now: string): string;
  times(count: number): string;
  silent(duration: string | undefined): string;
  speaksAgain: string;
  lasted(duration: string, from: string, to: string): string;
  healthyFor(duration: string): string;
  over: Readonly<Record<NonNullable<Alert["endedBy"]>, string>>;

  fact(label: string, value: string, asked: string | undefined): string;
  /** What a rule asked of a fact, from the engine's words; undefined = it need not be said. */
  asked(asked: string, say: (seconds: number) => string): string | undefined;
  /** What a fact is about, where it is no point and no event. */
  what(what: string, point: (name: string) => string, say: (seconds: number) => string): string | undefined;
  connection: Readonly<Record<string, string>>;

  devices(count: string, kind: string | undefined, one: boolean): string;
  readonly cause: Readonly<Record<Incident["cause"], string>>;
  /** What several devices have; undefined = not the same. */
  together(devices: string, what: string | undefined): string;
  back(back: number, all: number): string;
  likely(cause: string): string;
  names(list: string): string;
  stillFaulty(list: string): string;
  endedOtherwise(count: number): string;
  alerts(count: number): string;
  platform: Readonly<Record<string, (subject: string) => string>>;
  readonly testTitle: string;
  readonly testText: string;
}
