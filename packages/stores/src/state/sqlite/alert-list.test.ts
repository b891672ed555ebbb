import type { Alert, Severity } from "@linli/model";
import { expect, it, onTestFinished } from "vitest";
import type { AlertFilter } from "../alerts.ts";
import { alert, asTransitions, over, watchCommits } from "../contract/alert-fixtures.ts";
import { everyPage, NOW } from "../contract/fixtures.ts";
import { COUNTED_TO } from "../page.ts";
import { openMemoryState } from "./open.ts";

const SEVERITIES: readonly Severity[] = ["critical", "high", "medium", "low"];
/** More than are sorted, and more than are counted. */
const PAST = 5_500;

/** Many began at the same moment; one in five hundred is of a rare rule. */
function past(n: number): Alert {
  const openedAt = NOW - Math.floor(n / 7);
  const severity = SEVERITIES[n % SEVERITIES.length] ?? "low";
  const ruleId = n % 500 === 0 ? "rare.rule" : `rule.r${n % 3}`;
  return over(alert(`a${n}`, { openedAt, severity, ruleId, deviceId: `d${n % 11}` }), openedAt + 1);
}

it("finds the same alerts, each once and newest first, whichever way the store goes", async () => {
  const store = await openMemoryState();
  onTestFinished(() => store.close());
  const all = Array.from({ length: PAST }, (_, n) => past(n));
  await watchCommits(store, asTransitions(all));
  const filters: [AlertFilter, (one: Alert) => boolean][] = [
    [{}, () => true],
    [{ severities: ["high", "low", "medium"] }, ({ severity }) => severity !== "critical"],
    [{ severities: ["high"] }, ({ severity }) => severity === "high"],
    [{ ruleIds: ["rare.rule", "rule.none"] }, ({ ruleId }) => ruleId === "rare.rule"],
    [
      { ruleIds: ["rule.r1", "rule.r2"], severities: ["critical", "high"], from: NOW - 300 },
      ({ ruleId, severity, openedAt }) =>
        /r[12]$/.test(ruleId) && (severity === "critical" || severity === "high") && openedAt >= NOW - 300,
    ],
    [
      { search: "r2", deviceIds: ["d3", "d4"] },
      ({ ruleId, deviceId }) => ruleId === "rule.r2" && /d[34]$/.test(deviceId),
    ],
  ];
  for (const [filter, matches] of filters) {
    const expected = all.filter(matches);
    const read = await everyPage((page) => store.alerts.alerts(filter, page), 200);
    const ids = read.map((record) => record.alert.id);
    expect(new Set(ids)).toEqual(new Set(expected.map(({ id }) => id)));
    expect(ids).toHaveLength(expected.length);
    const moments = read.map((record) => record.alert.openedAt);
    expect(moments).toEqual(moments.toSorted((a, b) => b - a));
    const { total } = await store.alerts.alerts(filter, { limit: 1 });
    expect(total).toBe(Math.min(expected.length, COUNTED_TO));
  }
});
