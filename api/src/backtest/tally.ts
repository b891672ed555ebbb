import { Pipeline, type World } from "@linli/alerting";
import { type Backtest, days, hours, type Rule, SEVERITIES, type Severity } from "@linli/model";
import type { Pace } from "./pace.ts";
import type { PastAlert } from "./replay.ts";

const MOST_SHOWN = 200;
const WEEK = days(7);
const NIGHT_ENDS = 7;
const NIGHT_BEGINS = 22;

/** Whether it was night by the clock of the site. */
export function nightOf(timeZone: string): (at: number) => boolean {
  const format = new Intl.DateTimeFormat("en-GB", { timeZone, hour: "2-digit", hourCycle: "h23" });
  return (at) => {
    const hour = Number(format.format(at));
    return hour < NIGHT_ENDS || hour >= NIGHT_BEGINS;
  };
}

export function tally(
  alerts: readonly PastAlert[],
  { from, to }: { from: number; to: number },
  isNight: (at: number) => boolean,
) {
  const counts = Object.fromEntries(SEVERITIES.map((severity) => [severity, 0])) as Record<Severity, number>;
  for (const { severity } of alerts) counts[severity] += 1;
  return {
    opened: alerts.length,
    atNight: alerts.filter(({ openedAt }) => isNight(openedAt)).length,
    perWeek: alerts.length / (Math.max(to - from, hours(1)) / WEEK),
    bySeverity: counts,
    alerts: alerts.toSorted((a, b) => b.openedAt - a.openedAt).slice(0, MOST_SHOWN),
  };
}

type Told = Backtest["told"][number];

/** The world as it is, but for this rule in force. */
function worldWith(rule: Rule, world: World): World {
  return { ...world, rule: (ruleId) => (ruleId === rule.id ? rule : world.rule(ruleId)) };
}

/** Who would have been told: each alert is given to the very code that tells people, at the moment when it opened. */
export async function toldOf(
  alerts: readonly PastAlert[],
  { rule, world, pace, isNight }: { rule: Rule; world: World; pace: Pace; isNight: (at: number) => boolean },
): Promise<{ told: Told[]; toldOf: number }> {
  const pipeline = Pipeline.restore([], undefined);
  const armed = worldWith({ ...rule, start: rule.start === "informational" ? rule.start : "armed" }, world);
  const people = new Map<string | null, Told>();
  let asked = 0;
  for (const { deviceId, severity, openedAt } of alerts) {
    if (pace.isOver) break;
    asked += 1;
    const lines = pipeline.whatIf({ ruleId: rule.id, deviceId, severity }, armed, openedAt);
    const messages = lines.filter(({ verdict }) => verdict === "queued");
    for (const [personId, own] of Map.groupBy(messages, (line) => line.personId)) {
      const name = personId === null ? null : (world.people.get(personId)?.name ?? null);
      const known = people.get(personId) ?? { personId, name, alerts: 0, messages: 0, atNight: 0 };
      known.alerts += 1;
      known.messages += own.length;
      known.atNight += own.filter(({ at }) => isNight(at)).length;
      people.set(personId, known);
    }
    await pace.breathe();
  }
  return { told: [...people.values()].toSorted((a, b) => b.messages - a.messages), toldOf: asked };
}
