import type { ExpectationOf } from "../file/expectations.ts";
import type { Decided } from "../stage/book.ts";
import { byNearness, clockTime, type Evidence, inWords, isMeant, isWithin, nearest, stretchOf } from "./evidence.ts";

function show({ at, effect, shadow }: Decided, evidence: Evidence): string {
  const { alert, change } = effect;
  const of = `${alert.ruleId} on ${alert.deviceId}`;
  return `${of} ${change} ${clockTime(at, evidence)} (${alert.severity}${shadow ? ", shadow" : ""})`;
}

function isOf(one: Decided, rule: string, ids: readonly string[] | undefined): boolean {
  const { alert } = one.effect;
  return isMeant(rule, alert.ruleId) && (ids === undefined || ids.includes(alert.deviceId));
}

/** What was expected and is not there, in words; undefined = all is. */
export function judgeAlert(expected: ExpectationOf<"alert">, evidence: Evidence): string | undefined {
  const { alert: rule, on, is, severity, shadow, count, between } = expected;
  const { decided } = evidence.book;
  const stretch = stretchOf(between, evidence);
  const ids = on === undefined ? undefined : evidence.ids(on);
  const matching = decided.filter(
    (one) =>
      one.shadow === shadow &&
      isOf(one, rule, ids) &&
      isWithin(one.at, stretch) &&
      // an alert may open at that severity, or rise to it
      (one.effect.change === is || (is === "opened" && severity !== undefined && one.effect.change === "severity")) &&
      (severity === undefined || one.effect.alert.severity === severity),
  );
  const what = `${rule}${severity === undefined ? "" : ` (${severity})`}${is === "opened" ? "" : ` ${is}`}`;
  const when = inWords(stretch, evidence);
  const others = () => {
    const near = decided.filter((one) => isOf(one, rule, undefined) || (ids !== undefined && isOf(one, "any", ids)));
    return nearest(byNearness(near, stretch).map((one) => show(one, evidence)));
  };
  if (count !== undefined && matching.length !== count) {
    const of = ids === undefined ? "" : ` on ${ids.join(", ")}`;
    const got = matching.map((one) => show(one, evidence)).join("; ");
    return `expected ${count} × ${what}${of} ${when}, got ${matching.length}${got === "" ? "" : `: ${got}`}; nearest: ${others()}`;
  }
  if (matching.length === 0 && ids === undefined) return `expected ${what} ${when}, got nothing; nearest: ${others()}`;
  const missing = (ids ?? []).filter((id) => !matching.some(({ effect }) => effect.alert.deviceId === id));
  if (missing.length === 0 || count !== undefined) return undefined;
  return `expected ${what} on ${missing.join(", ")} ${when}, got nothing; nearest: ${others()}`;
}

export function judgeNoAlert(expected: ExpectationOf<"noAlert">, evidence: Evidence): string | undefined {
  const { noAlert: rule, on, is, severity, except, between } = expected;
  const stretch = stretchOf(between, evidence);
  const ids = on === undefined ? undefined : evidence.ids(on);
  const found = evidence.book.decided.filter(
    (one) =>
      !one.shadow &&
      isOf(one, rule, ids) &&
      !except.some((pattern) => isMeant(pattern, one.effect.alert.ruleId)) &&
      one.effect.change === is &&
      (severity === undefined || one.effect.alert.severity === severity) &&
      isWithin(one.at, stretch),
  );
  if (found.length === 0) return undefined;
  const what = rule === "any" ? "no alert" : `no ${rule}`;
  return `expected ${what} ${inWords(stretch, evidence)}, got ${nearest(found.map((one) => show(one, evidence)))}`;
}
