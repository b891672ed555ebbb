import { type Alert, type AlertFact, type Severity } from "@linli/model";
import type { CompiledRule } from "./compiled-rule.ts";
import type { Look } from "./conditions/node.ts";
import type { LevelStep } from "./levels.ts";
import type { AlertEffect } from "./step.ts";

/** A lower severity must hold so long before the alert takes it, and nobody is told of it. */
export const LOWER_AFTER_MS = 600_000;
/** `seen` is told at most so often. */
export const SEEN_EVERY_MS = 60_000;

/** As exact as anybody reads; the fact itself keeps every digit. */
function short(value: AlertFact["value"]): string {
  if (value === null) return "";
  if (typeof value !== "number" || Number.isInteger(value)) return String(value);
  return String(Math.abs(value) < 1 ? Number(value.toPrecision(2)) : Math.round(value * 100) / 100);
}

/** Facts in words, for the time line. */
export function inWords(facts: readonly AlertFact[]): string {
  return facts.map(({ what, value, asked }) => `${what} ${short(value)} (${asked})`).join("; ");
}

/** Levels stand highest first. */
export function highestRaised(steps: readonly LevelStep[]): LevelStep | undefined {
  return steps.find(({ state }) => state?.raised === true);
}

/** When the device says that it began: now, or before, when the word came late or it had to last. */
function beginning({ signal, at }: Look, { before }: LevelStep): number {
  const since = Math.min(at, before?.since ?? at);
  if (signal.type === "event") return Math.min(since, signal.event.observedAt);
  return signal.type === "readings" ? Math.min(since, signal.readings[0]?.reading.observedAt ?? at) : since;
}

/** `opening` names the episode: its moment, or the next one that none of this rule on this device began at. */
export function opened({ rule, version }: CompiledRule, step: LevelStep, look: Look, opening: number): AlertEffect {
  const { at, view } = look;
  const facts = [...step.when.facts()];
  const alert: Alert = {
    id: `${rule.id}_${view.device.id}_${opening.toString(36)}`,
    ruleId: rule.id,
    ruleVersion: version,
    deviceId: view.device.id,
    severity: step.level.severity,
    lifeSafety: rule.lifeSafety,
    active: true,
    latched: rule.latched,
    stale: false,
    openedAt: at,
    beganAt: beginning(look, step),
    lastSeenAt: at,
    clearedAt: null,
    endedBy: null,
    facts,
  };
  const held = step.level.forMs > 0 ? ` for ${step.level.forMs / 1_000} s` : "";
  return { change: "opened", alert, reason: inWords(facts) + held };
}

export function changedSeverity(alert: Alert, step: LevelStep, at: number): AlertEffect {
  const severity: Severity = step.level.severity;
  const facts = [...step.when.facts()];
  const changed = { ...alert, severity, lastSeenAt: at, facts };
  return { change: "severity", alert: changed, before: alert.severity, reason: inWords(facts) };
}

export function seen(alert: Alert, reason: string): AlertEffect {
  return { change: "seen", alert, reason };
}

export function madeStale(alert: Alert): AlertEffect {
  return { change: "stale", alert: { ...alert, stale: true }, reason: "its input is silent: nobody can say" };
}

export function madeFresh(alert: Alert): AlertEffect {
  return { change: "fresh", alert: { ...alert, stale: false }, reason: "its input speaks again" };
}

export function cleared(alert: Alert, at: number, facts: readonly AlertFact[]): AlertEffect {
  const over = { ...alert, active: false, stale: false, clearedAt: at, endedBy: "cleared" as const };
  return { change: "cleared", alert: over, reason: inWords(facts) || "its condition is over" };
}

export function closed(alert: Alert, at: number, by: string, outcome: string): AlertEffect {
  const over = { ...alert, active: false, stale: false, clearedAt: at, endedBy: "person" as const };
  const unseen = alert.stale ? ", while its input was silent" : "";
  return { change: "cleared", alert: over, reason: `closed by ${by}: ${outcome}${unseen}` };
}

export function ended(alert: Alert, at: number, endedBy: "retired" | "rule", by: string): AlertEffect {
  const over = { ...alert, active: false, stale: false, clearedAt: at, endedBy };
  return {
    change: "ended",
    alert: over,
    reason: endedBy === "rule" ? `rule changed by ${by}` : `device retired by ${by}`,
  };
}

/** It was there first; the one that says it better opened since. */
export function seenReplaced(alert: Alert, by: string): AlertEffect {
  return { change: "seen", alert, reason: `replaced by ${by}` };
}
