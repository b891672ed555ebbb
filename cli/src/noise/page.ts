import { hours, minutes, type Rule } from "@linli/model";
import type { FaultTally, RuleTally, Tally } from "./tally.ts";
import { LEFT_OUT, WORTH } from "./worth.ts";

/** What a neighbourhood in its normal life may give a week. */
const BUDGET = { messages: 40, atNight: 5, criticals: 2 };

const perWeek = (count: number, days: number) => (count / (days / 7)).toFixed(1);

function delay(ms: number | null): string {
  if (ms === null) return "–";
  if (ms < minutes(2)) return `${Math.round(ms / 1_000)} s`;
  if (ms < hours(3)) return `${Math.round(ms / minutes(1))} min`;
  return `${(ms / hours(1)).toFixed(1)} h`;
}

type Cell = (tally: RuleTally) => string;

function ruleRows(tally: Tally, rules: ReadonlyMap<string, Rule>, [heading, last]: readonly [string, Cell]): string[] {
  const row = (one: RuleTally) => {
    const { ruleId, severity, alerts, messages, atNight } = one;
    const start = rules.get(ruleId)?.start ?? "gone";
    const standing = start === "armed" || start === severity ? severity : `${severity}, ${start}`;
    const cells = [perWeek(alerts, tally.days), perWeek(messages, tally.days), perWeek(atNight, tally.days)];
    return `| \`${ruleId}\` | ${standing} | ${cells.join(" | ")} | ${last(one)} |`;
  };
  return [
    `| rule | severity | alerts a week | messages a week | at night | ${heading} |`,
    "|---|---|---|---|---|---|",
    ...tally.rules.map(row),
  ];
}

function budgetRows(tally: Tally): string[] {
  const { messages, digests, atNight, criticals, days } = tally;
  return [
    "| a week | found | budget |",
    "|---|---|---|",
    `| messages to people, digests among them | ${perWeek(messages + digests, days)} | ${BUDGET.messages} |`,
    `| of these at night (22:00 to 07:00) | ${perWeek(atNight, days)} | ${BUDGET.atNight} |`,
    `| critical alerts: nothing was wrong, so all of them false | ${perWeek(criticals, days)} | ${BUDGET.criticals} |`,
    `| alerts in the list, most of which nobody is told of | ${perWeek(tally.alerts, days)} | – |`,
  ];
}

function faultRows(faults: readonly FaultTally[]): string[] {
  const row = ({ kind, fault, rules, shadows, raisedAfter, toldAfter }: FaultTally) => {
    const inForce = rules.map((id) => `\`${id}\``);
    const inShadow = shadows.map((id) => `\`${id}\` (in shadow)`);
    const why = rules.length === 0 ? [`**nothing**: ${LEFT_OUT.get(`${kind}.${fault}`) ?? "no rule saw it"}`] : [];
    const named = [...inForce, ...(rules.length === 0 ? inShadow : []), ...why].join(", ");
    const told = toldAfter === null && rules.length > 0 ? "list or digest" : delay(toldAfter);
    return `| ${kind} | ${fault} | ${named} | ${delay(raisedAfter)} | ${told} |`;
  };
  return [
    "| kind | fault | raised | after | somebody told after |",
    "|---|---|---|---|---|",
    ...faults.toSorted((a, b) => (a.kind < b.kind ? -1 : Number(a.kind > b.kind))).map(row),
  ];
}

/** `docs/noise.md`: a normal month, and one with faults. */
export function noisePage(normal: Tally, broken: Tally, shipped: readonly Rule[]): string {
  const rules = new Map(shipped.map((rule) => [rule.id, rule]));
  const raised = broken.faults.filter((one) => one.rules.length > 0).length;
  const told = broken.faults.filter((one) => one.toldAfter !== null).length;
  return [
    "# Noise",
    "",
    "What the rules that ship make of a normal month, and of one in which everything breaks once. Both are played by",
    "`linli noise` in virtual time: the bundled neighbourhood with the habits of real devices (gaps, repeats, wrong",
    "clocks, sessions that break, reporting in their own rhythm, defrosts, refills, workouts, dusk) through the code that",
    "decides in earnest, watch and notify; only the broker's sockets and the disks are left out. The people of it say",
    '"mine" after three minutes, are there after twenty, and close what only a person may close.',
    "",
    "```sh",
    `linli noise --days ${normal.days} --write docs/noise.md`,
    "```",
    "",
    "## A normal month",
    "",
    `${normal.devices} devices, ${normal.heard.toLocaleString("en")} messages from them in ${normal.days} days.`,
    "",
    ...budgetRows(normal),
    "",
    `Messages by week: ${normal.weeks.join(", ")}.`,
    "",
    ...ruleRows(normal, rules, ["why it was worth it", ({ ruleId }) => WORTH.get(ruleId) ?? "–"]),
    "",
    "## A month with faults",
    "",
    `Each fault that the simulator knows, once, on a device that has had a day's rest: of ${broken.faults.length} faults`,
    `${raised} were raised, and of ${told} a person was told at once; the others stand in the list or the morning's digest.`,
    "",
    ...faultRows(broken.faults),
    "",
    "What that cost:",
    "",
    ...budgetRows(broken).filter((line) => !line.includes("false")),
    "",
    ...ruleRows(broken, rules, ["what it is", ({ ruleId }) => rules.get(ruleId)?.name.en ?? ""]),
    "",
  ].join("\n");
}
