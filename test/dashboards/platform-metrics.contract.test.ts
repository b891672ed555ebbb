import { allBoards, everyQuery, PLATFORM_ALERTS } from "@linli/dashboards";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Platform, startPlatform } from "../support/platform.ts";

/** Not ours: Prometheus itself makes it. */
const OF_PROMETHEUS = new Set(["up"]);

let platform: Platform;
let names: ReadonlySet<string>;

beforeAll(async () => {
  platform = await startPlatform();
  const answer = await fetch(`http://127.0.0.1:${platform.http}/metrics`);
  const text = await answer.text();
  const typed = [...text.matchAll(/^# TYPE (\S+) (\w+)$/gm)];
  names = new Set(
    typed.flatMap(([, name = "", type]) =>
      type === "histogram" ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
    ),
  );
});
afterAll(() => platform?.dispose());

function metricsIn(expression: string): string[] {
  return [...expression.matchAll(/\b(linli_\w+|up)\b/g)].map(([name]) => name);
}

test("every metric of the alert rules is one that the processes give", () => {
  const asked = PLATFORM_ALERTS.flatMap(({ expr }) => metricsIn(expr));
  expect(asked.length).toBeGreaterThanOrEqual(PLATFORM_ALERTS.length);
  expect(asked.filter((name) => !names.has(name) && !OF_PROMETHEUS.has(name))).toEqual([]);
});

test("every metric of the boards is one that the processes give", () => {
  const asked = allBoards()
    .flatMap(everyQuery)
    .flatMap(({ source, text }) => (source === "prometheus" ? metricsIn(text) : []));
  expect(asked.length).toBeGreaterThan(50);
  expect(asked.filter((name) => !names.has(name))).toEqual([]);
});
