import { days, type Problem, type Rule, type Severity, seconds } from "@linli/model";
import { Pace } from "../backtest/pace.ts";
import { pastAlerts } from "../backtest/past-alerts.ts";
import type { Parts } from "../parts.ts";

/** So far it looks back. */
const PAST = days(7);
/** Longer than this nobody waits for a rule to be saved. */
const LONGEST_RUN = seconds(10);
/** Of the others nobody is told at once. */
const TOLD_AT_ONCE: ReadonlySet<Severity> = new Set(["critical", "high", "medium"]);

/** What it raises, and how often; names and texts are not of it. */
const decides = ({ name: _name, text: _text, steps: _steps, source: _source, ...rest }: Rule) => JSON.stringify(rest);

/** What a rule would have told people of, against what is allowed. */
export interface Rate {
  /** What is wrong with it, at `start`. */
  readonly problem: Problem;
  /** It may not be armed for it. */
  readonly tooMuch: boolean;
}

/**
 * How often a rule that tells people would have told them in the past seven days, when that is more than
 * `LINLI_RULE_ALERTS_A_WEEK` or could not be found out; undefined when there is nothing to say. One of life safety is
 * never held back for it.
 */
export async function examineRate(parts: Parts, rule: Rule, inForce: Rule | undefined): Promise<Rate | undefined> {
  if (rule.start !== "armed" || (inForce !== undefined && decides(rule) === decides(inForce))) return undefined;
  const { clock, registry, settings } = parts;
  const now = clock.now();
  const devices = [...registry.devices()].filter(
    ({ kind, retiredAt }) => retiredAt === null && (rule.kinds?.includes(kind) ?? true),
  );
  const pace = new Pace(clock, LONGEST_RUN, () => false);
  const past = await pastAlerts(parts, rule, { devices, stretch: { from: now - PAST, to: now }, pace });
  const told = past.alerts.filter(({ severity }) => TOLD_AT_ONCE.has(severity));
  const most = settings.LINLI_RULE_ALERTS_A_WEEK;
  const on = new Set(told.map(({ deviceId }) => deviceId)).size;
  const found = `in the past seven days people would have been told of ${told.length} alerts, on ${on} of ${devices.length} devices`;
  const problem = (message: string): Problem => ({ field: "start", value: rule.start, message });
  if (told.length > most) {
    const way = rule.lifeSafety ? "" : ": try it with `start: shadow`, change its numbers, or save it with `anyway`";
    return { problem: problem(`${found}, where at most ${most} are allowed${way}`), tooMuch: !rule.lifeSafety };
  }
  if (!past.truncated) return undefined;
  return {
    problem: problem(`${found}, where at most ${most} are allowed; but not all of the past was looked at`),
    tooMuch: false,
  };
}
