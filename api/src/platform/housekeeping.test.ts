import { days } from "@linli/model";
import { type Clock, createLogger } from "@linli/runtime";
import { openMemoryState } from "@linli/stores";
import { expect, onTestFinished, test } from "vitest";
import { startHousekeeping } from "./housekeeping.ts";

const NOW = Date.UTC(2026, 0, 15);
const KEPT = days(90);
const ALERTS_KEPT = days(1095);

test("history and past alerts are forgotten when they are old enough; the audit log is not", async () => {
  const state = await openMemoryState();
  onTestFinished(() => state.close());
  const common = { deviceId: "lift-1", type: "entrapment", receivedAt: NOW, known: true };
  const events = [
    { ...common, id: "old", observedAt: NOW - KEPT - 1 },
    { ...common, id: "new", observedAt: NOW - KEPT },
  ];
  const counts = { written: 0, rejected: 0, conflicts: 0 };
  await state.archive.commit({ position: "p1", sequence: 1, events, deadLetters: [], counts });
  const epoch = await state.leases.acquire("watch", "test", NOW, 1_000);
  const transitions = [NOW - KEPT - 1, NOW - KEPT].map((at) => ({
    key: `connection:lift-1:${at}`,
    type: "connection" as const,
    deviceId: "lift-1",
    at,
    data: {},
  }));
  const over = [NOW - ALERTS_KEPT - 1, NOW - ALERTS_KEPT].map((at, index) => {
    const alert = { id: `alert-${index}`, ruleId: "lift.stuck", deviceId: "lift-1", openedAt: at, clearedAt: at };
    const data = { change: "cleared", alert: { ...alert, severity: "low", active: false, endedBy: "cleared" } };
    return { key: alert.id, type: "alert" as const, deviceId: "lift-1", at, data };
  });
  const checkpoint = { position: "p1", sequence: 1, time: NOW, memory: "" };
  await state.watch.commit({ checkpoint, states: [], transitions: [...transitions, ...over], rules: [] }, epoch);
  await state.access.recordAudit({ id: "admin", type: "person", at: 0 }, "device.create", "lift-1", {});

  const { promise: eventsGone, resolve: tellEvents } = Promise.withResolvers<void>();
  const { promise: transitionsGone, resolve: tellTransitions } = Promise.withResolvers<void>();
  const { promise: alertsGone, resolve: tellAlerts } = Promise.withResolvers<void>();
  const stores = {
    ...state,
    alerts: { ...state.alerts, trim: (before: number) => state.alerts.trim(before).then(tellAlerts) },
    archive: { ...state.archive, trimEvents: (before: number) => state.archive.trimEvents(before).then(tellEvents) },
    watch: {
      ...state.watch,
      trimTransitions: (before: number) => state.watch.trimTransitions(before).then(tellTransitions),
    },
  };
  const calls: (() => void)[] = [];
  const clock: Clock = {
    now: () => NOW,
    monotonic: () => 0,
    after: () => () => undefined,
    every(_ms, call) {
      calls.push(call);
      return () => undefined;
    },
  };
  startHousekeeping(stores, { clock, log: createLogger("test", "silent") }, { historyMs: KEPT, alertsMs: ALERTS_KEPT });
  for (const call of calls) call();
  await Promise.all([eventsGone, transitionsGone, alertsGone]);

  expect((await state.archive.events({}, { limit: 10 })).items.map(({ id }) => id)).toEqual(["new"]);
  const connections = await state.watch.transitions("lift-1", 10, "connection");
  expect(connections.map(({ at }) => at)).toEqual([NOW - KEPT]);
  expect((await state.alerts.alerts({}, { limit: 10 })).items.map(({ alert }) => alert.id)).toEqual(["alert-1"]);
  expect((await state.access.audit({}, { limit: 10 })).total).toBe(1);
});
