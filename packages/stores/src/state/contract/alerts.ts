import type { Alert, Incident } from "@linli/model";
import { describe, expect, it } from "vitest";
import type { AlertFilter } from "../alerts.ts";
import { HISTORY_START } from "../history.ts";
import type { StateStore } from "../port.ts";
import { alert, asTransitions, care, happened, line, notifyCommits, over, watchCommits } from "./alert-fixtures.ts";
import { ALL, at, author, device, everyPage, NOW, plant, refusal } from "./fixtures.ts";

const HOUR = 3_600_000;

/** Lifts in b1 and b2 (community east) and a lamp in w1 (west); five alerts of which two are over. */
async function fill(store: StateStore): Promise<Record<"trap" | "slow" | "dark" | "old" | "older", Alert>> {
  await plant(store);
  for (const one of [
    device("lift-1"),
    device("lift-2", { placeId: "b2", name: "东梯" }),
    device("lamp-1", { kind: "streetlight", placeId: "w1" }),
  ]) {
    await store.registry.createDevice(one, author);
  }
  const alerts = {
    trap: alert("trap", { severity: "critical", ruleId: "lift.trap", latched: true, openedAt: NOW - 5 }),
    slow: alert("slow", { severity: "low", deviceId: "lift-2", openedAt: NOW }),
    dark: alert("dark", { severity: "low", deviceId: "lamp-1", ruleId: "lamp.dark", openedAt: NOW - 1 }),
    old: over(alert("old", { severity: "informational", openedAt: NOW - 2 * HOUR }), NOW - HOUR),
    older: over(alert("older", { severity: "critical", deviceId: "lift-2", openedAt: NOW - 3 * HOUR }), NOW - 1),
  };
  await watchCommits(store, asTransitions(Object.values(alerts)));
  return alerts;
}

export function alertsContract(store: () => StateStore): void {
  const ids = async (filter: AlertFilter) =>
    (await store().alerts.alerts(filter, ALL)).items.map((one) => one.alert.id);

  describe("alerts", () => {
    it("follow their transitions, and a replay changes nothing", async () => {
      const { alerts, changes, history, watch } = store();
      await plant(store());
      await store().registry.createDevice(device("lift-1"), author);
      const start = await changes.latest();
      const opened = alert("a1");
      const risen: Alert = { ...opened, severity: "critical", lastSeenAt: NOW + 5 };
      const cleared = over(risen, NOW + 9);
      const transitions = [
        happened(opened, "opened", NOW),
        happened(risen, "severity", NOW + 5),
        happened(cleared, "cleared", NOW + 9),
      ];
      await watchCommits(store(), transitions.slice(0, 2));
      expect(await alerts.alert("a1")).toEqual({ alert: risen, care: null });
      expect(await alerts.counts()).toMatchObject({ critical: 1, high: 0 });
      await watchCommits(store(), transitions);
      await watchCommits(store(), transitions.slice(0, 1));
      expect(await alerts.alert("a1")).toEqual({ alert: cleared, care: null });
      expect(await alerts.alert("a2")).toBeUndefined();
      expect((await alerts.timeLine("a1"))?.transitions).toEqual(transitions);
      expect(await watch.transitions("lift-1", 10)).toEqual(transitions.toReversed());
      expect(await watch.transitions("lift-1", 10, "connection")).toEqual([]);
      expect((await history.after(HISTORY_START, 10)).transitions).toEqual(transitions);
      const told = (await changes.since(start, 100)).changes;
      expect(told.map(({ topic, id, data }) => [topic, id, data])).toEqual([
        ["alert", "a1", { deviceId: "lift-1", severity: "high", active: true, change: "opened" }],
        ["alert", "a1", { deviceId: "lift-1", severity: "critical", active: true, change: "severity" }],
        ["alert", "a1", { deviceId: "lift-1", severity: "critical", active: false, change: "cleared" }],
      ]);
    });

    it("of rules in shadow are kept apart: in no list, no feed, no history", async () => {
      const { alerts, changes, history } = store();
      const start = await changes.latest();
      const first = alert("s1", { ruleId: "new.rule" });
      const second = alert("s2", { ruleId: "new.rule", openedAt: NOW + 1 });
      const other = alert("s3", { ruleId: "other.rule", openedAt: NOW + 2 });
      const shown = over(first, NOW + 9);
      await watchCommits(
        store(),
        [first, second, other].map((one) => happened(one, "opened", one.openedAt, "shadow")),
      );
      await watchCommits(store(), [happened(shown, "cleared", NOW + 9, "shadow")]);
      expect(await ids({})).toEqual([]);
      expect(await everyPage((page) => alerts.shadows("new.rule", page), 1)).toEqual([second, shown]);
      expect((await alerts.shadows(undefined, ALL)).items.map(({ id }) => id)).toEqual(["s3", "s2", "s1"]);
      expect(await changes.latest()).toBe(start);
      expect((await history.after(HISTORY_START, 10)).transitions).toEqual([]);
    });

    it("stand active first, by severity and then newest; past ones newest first", async () => {
      await fill(store());
      expect(await ids({})).toEqual(["trap", "slow", "dark", "old", "older"]);
      for (const limit of [1, 2, 3]) {
        const paged = await everyPage((page) => store().alerts.alerts({}, page), limit);
        expect(paged.map((one) => one.alert.id)).toEqual(["trap", "slow", "dark", "old", "older"]);
      }
      expect((await store().alerts.alerts({}, { limit: 2 })).total).toBe(5);
      expect(await store().alerts.counts()).toEqual({ informational: 0, low: 2, medium: 0, high: 0, critical: 1 });
    });

    it("are found by what they are and where they were", async () => {
      await fill(store());
      const found: [AlertFilter, string[]][] = [
        [{ active: true }, ["trap", "slow", "dark"]],
        [{ active: false }, ["old", "older"]],
        [{ latched: true }, ["trap"]],
        [{ severities: ["critical"] }, ["trap", "older"]],
        [{ severities: ["low", "informational"] }, ["slow", "dark", "old"]],
        [{ kinds: ["streetlight"] }, ["dark"]],
        [{ ruleIds: ["lift.trap", "lamp.dark"] }, ["trap", "dark"]],
        [{ deviceIds: ["lift-2"] }, ["slow", "older"]],
        [{ placeIds: ["east"] }, ["trap", "slow", "old", "older"]],
        [{ placeIds: ["b2", "west"] }, ["slow", "dark", "older"]],
        [{ placeIds: [] }, []],
        [{ search: "LIFT-2" }, ["slow", "older"]],
        [{ search: "东梯" }, ["slow", "older"]],
        [{ search: "dark" }, ["dark"]],
        [{ search: "lift-1" }, ["trap", "old"]],
        [{ search: "l%" }, []],
        [{ from: NOW - 1 }, ["slow", "dark"]],
        [{ to: NOW - 5 }, ["old", "older"]],
        [{ from: NOW - 2 * HOUR, to: NOW }, ["trap", "dark", "old"]],
        [{ placeIds: ["c1"], active: false, severities: ["critical"] }, ["older"]],
      ];
      for (const [filter, expected] of found) expect([filter, await ids(filter)]).toEqual([filter, expected]);
      for (const [filter, expected] of found) {
        const { total } = await store().alerts.alerts(filter, { limit: 1 });
        expect([filter, total]).toEqual([filter, expected.length]);
      }
      expect(await store().alerts.counts(["east"])).toMatchObject({ critical: 1, low: 1 });
      // where it was counts, not where it is
      await store().registry.updateDevice("lamp-1", 1, { placeId: "b1" }, author);
      expect(await ids({ placeIds: ["west"] })).toEqual(["dark"]);
    });

    it("are found by how far the response is", async () => {
      await fill(store());
      const suppressed = { by: "incident", id: "i1", since: NOW } as const;
      await notifyCommits(store(), {
        cares: [
          care("trap", { acknowledgedAt: NOW + 7, acknowledgedBy: "li", assignee: "li" }),
          care("dark", { suppressed, incidentId: "i1" }),
          care("older", { assignee: "li" }),
        ],
      });
      expect(await ids({ acknowledged: true })).toEqual(["trap"]);
      expect(await ids({ acknowledged: false, active: true })).toEqual(["slow", "dark"]);
      expect(await ids({ suppressed: true })).toEqual(["dark"]);
      expect(await ids({ incidentId: "i1" })).toEqual(["dark"]);
      expect(await ids({ assignee: "li" })).toEqual(["trap", "older"]);
      expect((await store().alerts.alert("dark"))?.care).toEqual(care("dark", { suppressed, incidentId: "i1" }));
      // what watch decides later leaves the response as it is
      const dark = (await store().alerts.alert("dark"))?.alert ?? alert("dark");
      await watchCommits(store(), [happened(over(dark, NOW + 9), "cleared", NOW + 9)]);
      expect(await ids({ incidentId: "i1", active: false })).toEqual(["dark"]);
    });

    it("take what people do, in order, and say who did it", async () => {
      const { alerts, changes, access } = store();
      await fill(store());
      const start = await changes.latest();
      const first = await alerts.act("trap", { type: "acknowledge" }, author);
      const second = await alerts.act("trap", { type: "close", outcome: "real", text: "freed" }, at(NOW + 9));
      expect(second).toEqual({
        seq: first.seq + 1,
        alertId: "trap",
        at: NOW + 9,
        by: { type: "person", id: "wang" },
        deed: { type: "close", outcome: "real", text: "freed" },
      });
      expect(await alerts.actionsAfter(0, 10)).toEqual([first, second]);
      expect(await alerts.actionsAfter(0, 1)).toEqual([first]);
      expect(await alerts.actionsAfter(first.seq, 10)).toEqual([second]);
      expect((await alerts.timeLine("trap"))?.actions).toEqual([first, second]);
      expect(await alerts.timeLine("nothing")).toBeUndefined();
      await refusal(alerts.act("nothing", { type: "arrived" }, author), "not-found");
      expect((await changes.since(start, 10)).changes.map(({ topic, id, data }) => [topic, id, data])).toEqual([
        ["alert-action", "trap", { deviceId: "lift-1", deed: "acknowledge", seq: first.seq }],
        ["alert-action", "trap", { deviceId: "lift-1", deed: "close", seq: second.seq }],
      ]);
      const lines = (await access.audit({ target: "trap" }, ALL)).items;
      expect(lines.map(({ action, detail }) => [action, detail])).toEqual([
        ["alert.close", { outcome: "real", text: "freed" }],
        ["alert.acknowledge", {}],
      ]);
    });

    it("keep a device in service while only a person may end one", async () => {
      const { registry } = store();
      const { trap, slow } = await fill(store());
      expect(await refusal(registry.retireDevice("lift-1", author), "conflict")).toContain("trap");
      expect((await registry.device("lift-1"))?.retiredAt).toBeNull();
      await registry.retireDevice(slow.deviceId, author);
      await watchCommits(store(), [happened(over(trap, NOW + 1, "person"), "cleared", NOW + 1)]);
      await registry.retireDevice("lift-1", author);
      expect((await registry.device("lift-1"))?.retiredAt).toBe(NOW);
    });

    it("are counted by rule: how often, how true, how soon", async () => {
      const { dark, slow, trap } = await fill(store());
      await notifyCommits(store(), {
        cares: [
          care("trap", { acknowledgedAt: trap.openedAt + 60, outcome: "real" }),
          care("slow", { acknowledgedAt: slow.openedAt + 10, outcome: "nuisance" }),
        ],
      });
      // an acknowledgement that lapses leaves the first one's time
      await notifyCommits(store(), { cares: [care("slow", { outcome: "nuisance" })] });
      const closed = [over(slow, slow.openedAt + 100, "person"), over(dark, dark.openedAt + 9, "rule")];
      await watchCommits(
        store(),
        closed.map((one) => happened(one, "cleared", NOW + 500)),
      );
      const counted = await store().alerts.statistics(NOW - 2 * HOUR, NOW + 1);
      expect(counted).toEqual([
        {
          ruleId: "lamp.dark",
          opened: 1,
          real: 0,
          nuisance: 0,
          known: 0,
          medianToAcknowledge: null,
          medianToClear: null,
        },
        {
          ruleId: "lift.stuck",
          opened: 2,
          real: 0,
          nuisance: 1,
          known: 0,
          medianToAcknowledge: 10,
          medianToClear: (HOUR + 100) / 2,
        },
        {
          ruleId: "lift.trap",
          opened: 1,
          real: 1,
          nuisance: 0,
          known: 0,
          medianToAcknowledge: 60,
          medianToClear: null,
        },
      ]);
    });

    it("are forgotten once they have been over for long enough, with all that happened to them", async () => {
      const { alerts, watch, history } = store();
      await fill(store());
      const shadow = over(alert("s1", { ruleId: "new.rule" }), NOW - HOUR);
      await watchCommits(store(), [happened(shadow, "cleared", NOW - HOUR, "shadow")]);
      await alerts.act("old", { type: "comment", text: "?" }, at(NOW - HOUR));
      const told = ["old", "trap", "drill"].map((id) => line(id, { at: NOW - HOUR }));
      const incident: Incident = {
        id: "i1",
        cause: "place",
        placeId: "b1",
        parentAlertId: null,
        severity: "low",
        openedAt: 1,
        closedAt: NOW - HOUR,
        members: [],
      };
      await notifyCommits(store(), { ledger: told, incidents: [incident] });
      await alerts.trim(NOW - 2);
      expect(await ids({})).toEqual(["trap", "slow", "dark", "older"]);
      expect(await alerts.timeLine("old")).toBeUndefined();
      expect(await alerts.actionsAfter(0, 10)).toEqual([]);
      expect((await alerts.ledger({}, ALL)).items.map(({ alertId }) => alertId)).toEqual(["trap"]);
      expect((await alerts.shadows(undefined, ALL)).items).toEqual([]);
      expect(await alerts.incident("i1")).toBeUndefined();
      await alerts.trim(NOW + HOUR);
      expect(await ids({})).toEqual(["trap", "slow", "dark"]);
      expect((await alerts.timeLine("trap"))?.transitions).toHaveLength(1);
      // transitions of connections are forgotten sooner; those of alerts stay as long as their alert does
      await watch.trimTransitions(NOW + HOUR);
      expect((await alerts.timeLine("trap"))?.transitions).toHaveLength(1);
      expect((await history.after(HISTORY_START, 10)).transitions).toHaveLength(3);
    });
  });
}
