import type { Alert } from "@linli/model";
import type { PublishAlertsCall } from "@linli/runtime";
import { createFakeClock } from "@linli/runtime/testing";
import { expect, test } from "vitest";
import { AlertTopics } from "./alert-topics.ts";

const settled = () => new Promise((resolve) => setImmediate(resolve));

test("a broker that was away gets the last word on each alert, in order", async () => {
  const clock = createFakeClock();
  const calls: PublishAlertsCall[] = [];
  let isAway = true;
  const topics = new AlertTopics(async (body) => {
    if (isAway) throw new Error("no broker");
    calls.push(body);
  }, clock);
  const changed = (id: string, active: boolean) =>
    topics.changed([
      {
        type: "alert",
        effect: { change: active ? "opened" : "cleared", alert: { id, active } as Alert, reason: "" },
        at: 0,
      },
    ]);
  changed("a", true);
  changed("b", true);
  changed("a", false);
  await settled();
  isAway = false;
  clock.advance(1_000);
  await settled();
  expect(calls.flatMap(({ alerts }) => alerts.map(({ alertId, open }) => [alertId, open]))).toEqual([
    ["b", true],
    ["a", false],
  ]);
});
