import { SEVERITIES } from "@linli/model";
import type { Metrics } from "@linli/runtime";
import type { Transition } from "@linli/stores";
import type { WatchLoop } from "./loop.ts";

const SECONDS = [0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 30, 300];

/** What watch says of the rules in `/metrics`; returns what takes transitions that are on disk. */
export function createWatchMetrics(
  metrics: Metrics,
  watch: () => Pick<WatchLoop, "rules" | "openAlerts"> | undefined,
): (transitions: readonly Transition[], now: number) => void {
  metrics.gauge("rules", "Rules in force or in shadow", () => watch()?.rules.set.byId.size ?? 0);
  metrics.gauge("rules_unusable", "Rules that are left out because they are wrong", () => {
    return watch()?.rules.unusable.length ?? 0;
  });
  metrics.gauges("open_alerts", "Open alerts", "severity", () => {
    const open = Object.fromEntries(SEVERITIES.map((severity) => [severity, 0]));
    for (const severity of watch()?.openAlerts.values() ?? []) open[severity] = (open[severity] ?? 0) + 1;
    return open;
  });
  const changes = metrics.counter("alert_changes", "What happened to alerts", ["change"]);
  const delay = metrics.histogram("decision_seconds", "From reception to an alert's change on disk", SECONDS);
  return (transitions, now) => {
    for (const { type, at, data } of transitions) {
      if (type !== "alert") continue;
      changes.inc({ change: String(data.change) });
      delay.observe(Math.max(0, now - at) / 1_000);
    }
  };
}
