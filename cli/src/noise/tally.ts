import { hours, type Severity } from "@linli/model";
import type { Month } from "./month.ts";

/** What a rule gave over the time. */
export interface RuleTally {
  readonly ruleId: string;
  readonly severity: Severity;
  readonly alerts: number;
  /** To people, digests apart. */
  readonly messages: number;
  readonly atNight: number;
}

/** A fault that was put in, and the first that was raised and told of it. */
export interface FaultTally {
  readonly kind: string;
  readonly fault: string;
  readonly device: string;
  readonly rules: readonly string[];
  /** Rules in shadow that saw it. */
  readonly shadows: readonly string[];
  /** From its beginning to the first alert, ms. */
  readonly raisedAfter: number | null;
  /** From its beginning until a person was written to at once; `null` = none, it stands in the list or a digest. */
  readonly toldAfter: number | null;
}

export interface Tally {
  readonly days: number;
  readonly devices: number;
  /** Messages of devices. */
  readonly heard: number;
  readonly rules: readonly RuleTally[];
  readonly alerts: number;
  readonly messages: number;
  readonly digests: number;
  readonly atNight: number;
  readonly criticals: number;
  /** By week, messages to people. */
  readonly weeks: readonly number[];
  readonly faults: readonly FaultTally[];
}

const NIGHT = { from: 22, until: 7 };
const WEEK = hours(168);
/** Alerts that come so long after a fault are still of it. */
const AFTERWARDS = hours(2);

function isAtNight(at: number, timeZone: string): boolean {
  const { hour } = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone);
  return hour >= NIGHT.from || hour < NIGHT.until;
}

const rulesOf = (decided: Month["lived"]["decided"]) =>
  [...new Set(decided.map(({ effect }) => effect.alert.ruleId))].toSorted();

function faultTallies({ faults, lived }: Month): FaultTally[] {
  const opened = lived.decided.filter(({ effect }) => effect.change === "opened");
  return faults.map(({ kind, fault, device, at, until, touched }) => {
    const seen = opened.filter(
      (one) => one.at >= at && one.at <= until + AFTERWARDS && touched.includes(one.effect.alert.deviceId),
    );
    const own = seen.filter(({ shadow }) => !shadow);
    const ids = new Set(own.map(({ effect }) => effect.alert.id));
    const told = lived.carried.find(
      ({ message }) => message.occasion !== "digest" && message.alerts.some(({ id }) => ids.has(id)),
    );
    const rules = rulesOf(own);
    const shadows = rulesOf(seen.filter(({ shadow }) => shadow)).filter((id) => !rules.includes(id));
    const [first] = own;
    return {
      ...{ kind, fault, device, rules, shadows },
      raisedAfter: first === undefined ? null : first.at - at,
      toldAfter: told === undefined ? null : told.at - at,
    };
  });
}

/** Counts what came of a month. */
export function tallyOf(month: Month): Tally {
  const { stretch, lived } = month;
  const { start, lasts, site } = stretch;
  const isWithin = (at: number) => at < start + lasts;
  const opened = lived.decided.filter((one) => one.effect.change === "opened" && !one.shadow && isWithin(one.at));
  const carried = lived.carried.filter(({ at }) => isWithin(at));
  const single = carried.filter(({ message }) => message.occasion !== "digest");
  const night = single.filter(({ at }) => isAtNight(at, site.timeZone));
  const about = (list: typeof single, ruleId: string) =>
    list.filter(({ message }) => message.alerts[0]?.ruleId === ruleId).length;
  const rules = [...Map.groupBy(opened, ({ effect }) => effect.alert.ruleId)].map(([ruleId, alerts]) => ({
    ruleId,
    severity: alerts[0]?.effect.alert.severity ?? "low",
    alerts: alerts.length,
    messages: about(single, ruleId),
    atNight: about(night, ruleId),
  }));
  return {
    days: lasts / hours(24),
    devices: new Set(lived.connections.map(({ deviceId }) => deviceId)).size,
    heard: lived.messages,
    rules: rules.toSorted((a, b) => b.messages - a.messages || b.alerts - a.alerts),
    alerts: opened.length,
    messages: single.length,
    digests: carried.length - single.length,
    atNight: night.length,
    criticals: opened.filter(({ effect }) => effect.alert.severity === "critical").length,
    weeks: Array.from(
      { length: Math.ceil(lasts / WEEK) },
      (_, week) => carried.filter(({ at }) => Math.floor((at - start) / WEEK) === week).length,
    ),
    faults: faultTallies(month),
  };
}
