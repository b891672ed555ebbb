import type { Incident } from "@linli/model";
import { describe, expect, it } from "vitest";
import type { StateStore } from "../port.ts";
import {
  alert,
  asTransitions,
  care,
  decided,
  line,
  message,
  notifyCommits,
  queued,
  watchCommits,
} from "./alert-fixtures.ts";
import { ALL, author, device, everyPage, NOW, plant, refusal } from "./fixtures.ts";

function incident(id: string, placeId: string | null, openedAt: number, closedAt: number | null = null): Incident {
  const members = [{ alertId: "a1", deviceId: "lift-1", since: openedAt, overAt: closedAt }];
  return { id, cause: "common", placeId, parentAlertId: null, severity: "high", openedAt, closedAt, members };
}

export function notifyContract(store: () => StateStore): void {
  const due = async (now = NOW, limit = 100) => (await store().notify.due(now, limit)).map(({ key }) => key);

  describe("notify", () => {
    it("starts with nothing and goes on where it committed", async () => {
      const { notify } = store();
      expect(await notify.load()).toEqual({ checkpoint: undefined, cases: [] });
      const checkpoint = { history: { event: 1, transition: 2 }, action: 3, delivery: 4, memory: "{}" };
      await notifyCommits(store(), {
        checkpoint,
        cases: [
          ["a", "1"],
          ["b", "2"],
        ],
      });
      await notifyCommits(store(), {
        checkpoint: { ...checkpoint, action: 5 },
        cases: [
          ["a", null],
          ["b", "3"],
        ],
      });
      expect(await notify.load()).toEqual({ checkpoint: { ...checkpoint, action: 5 }, cases: [["b", "3"]] });
    });

    it("has one owner: whoever lost the lease changes nothing", async () => {
      const { notify, leases } = store();
      const old = await leases.acquire("notify", "a", 0, 10);
      await notify.commit(decided({ outbox: [queued("m1")] }), old);
      await leases.acquire("notify", "b", 11, 10);
      await refusal(notify.commit(decided({ outbox: [queued("m2")] }), old), "conflict");
      await refusal(notify.settle("m1", { told: true, detail: "", at: NOW }, old), "conflict");
      await refusal(notify.postpone("m1", NOW, "", old), "conflict");
      await refusal(notify.sending(["m1"], old), "conflict");
      expect(await due()).toEqual(["m1"]);
      expect((await notify.load()).checkpoint).toBeDefined();
    });

    it("queues a message once, however often it is said, also after it was settled", async () => {
      const { notify, alerts } = store();
      const commit = { outbox: [queued("m1")], ledger: [line("a1", { messageKey: "m1" })] };
      const epoch = await notifyCommits(store(), commit);
      await notify.commit(decided(commit), epoch);
      expect(await due()).toEqual(["m1"]);
      await notify.settle("m1", { told: true, detail: "ok", at: NOW + 1 }, epoch);
      await notify.commit(decided(commit), epoch);
      expect(await due()).toEqual([]);
      await notify.settle("m1", { told: false, detail: "again", at: NOW + 2 }, epoch);
      const { items } = await alerts.ledger({}, ALL);
      expect(items.map(({ verdict, about }) => `${verdict} ${about}`)).toEqual(["told ok", "queued step 1"]);
      expect(await notify.settledAfter(0, 10)).toHaveLength(1);
    });

    it("sends what is for one address about one thing in order, and lets others go ahead", async () => {
      const { notify } = store();
      const elsewhere = { address: { phone: "2" } };
      const epoch = await notifyCommits(store(), {
        outbox: [
          queued("m1"),
          queued("m2"),
          queued("other-address", elsewhere),
          queued("other-channel", { channelId: "mail" }),
          queued("other-subject", { subject: "a2" }),
        ],
      });
      expect(await due()).toEqual(["m1", "other-address", "other-channel", "other-subject"]);
      expect((await notify.due(NOW, 1)).map(({ key }) => key)).toEqual(["m1", "other-channel"]);
      await notify.postpone("m1", NOW + 5_000, "busy", epoch);
      expect(await due()).toEqual(["other-address", "other-channel", "other-subject"]);
      expect(await due(NOW + 4_999)).not.toContain("m2");
      expect((await notify.due(NOW + 5_000, 100)).find(({ key }) => key === "m1")).toEqual({
        ...queued("m1"),
        seq: 1,
        attempts: 1,
        dueAt: NOW + 5_000,
        lastError: "busy",
      });
      await notify.settle("m1", { told: false, detail: "no such number", at: NOW }, epoch);
      expect(await due()).toEqual(["m2", "other-address", "other-channel", "other-subject"]);
      await refusal(notify.postpone("m1", NOW, "", epoch), "not-found");
    });

    it("lets what is critical go ahead, and knows when something is due next", async () => {
      const { notify } = store();
      expect(await notify.nextDue()).toBeUndefined();
      const critical = message("m2", { severity: "critical", subject: "a2" });
      const epoch = await notifyCommits(store(), {
        outbox: [queued("m1", { queuedAt: NOW - 9 }), queued("m2", { subject: "a2", message: critical })],
      });
      expect(await due()).toEqual(["m2", "m1"]);
      expect(await notify.nextDue()).toBe(NOW - 9);
      await notify.postpone("m1", NOW + 9, "busy", epoch);
      expect(await notify.nextDue()).toBe(NOW);
      expect(await notify.waiting()).toEqual([{ channelId: "sms", messages: 2, oldest: NOW - 9, lastError: "busy" }]);
    });

    it("takes back what still waits, never what is being sent", async () => {
      const { notify, alerts } = store();
      const epoch = await notifyCommits(store(), { outbox: [queued("m1"), queued("m2"), queued("m3")] });
      await notify.sending(["m1"], epoch);
      const back = (key: string) => line("a1", { verdict: "withdrawn", reason: "cleared-before", messageKey: key });
      await notify.commit(decided({ withdrawn: ["m1", "m2", "m9"], ledger: [back("m1"), back("m2")] }), epoch);
      expect((await alerts.ledger({}, ALL)).items.map(({ messageKey }) => messageKey)).toEqual(["m2"]);
      expect(await due()).toEqual(["m1"]);
      await notify.settle("m1", { told: true, detail: "", at: NOW }, epoch);
      expect(await due()).toEqual(["m3"]);
      await notify.commit(decided({ outbox: [queued("m2")] }), epoch);
      expect(await due()).toEqual(["m3"]);
    });

    it("says what became of a message: in the ledger, to the pages, to the pipeline", async () => {
      const { notify, alerts, changes, registry } = store();
      await plant(store());
      await registry.createDevice(device("lift-1"), author);
      await watchCommits(store(), asTransitions([alert("a1"), alert("a2", { openedAt: NOW + 1 })]));
      const epoch = await notifyCommits(store(), {
        outbox: [queued("digest"), queued("plain", { subject: "a2" })],
        ledger: ["a1", "a2"].map((id) => line(id, { messageKey: "digest", incidentId: "i1", reason: "digest" })),
      });
      const start = await changes.latest();
      await notify.settle("digest", { told: true, detail: "accepted as 17", at: NOW + 5 }, epoch);
      await notify.settle("plain", { told: false, detail: "550 mailbox", at: NOW + 6 }, epoch);
      const lines = (await alerts.timeLine("a2"))?.ledger ?? [];
      expect(
        lines.map(({ at, verdict, reason, about, messageKey }) => [at, verdict, reason, about, messageKey]),
      ).toEqual([
        [NOW, "queued", "digest", "step 1", "digest"],
        [NOW + 5, "told", "digest", "accepted as 17", "digest"],
        [NOW + 6, "failed", "channel-failed", "550 mailbox", "plain"],
      ]);
      expect((await alerts.timeLine("a1"))?.ledger).toHaveLength(2);
      const told = (await changes.since(start, 10)).changes;
      expect(told.map(({ topic, id, data }) => [topic, id, (data as { change: string }).change])).toEqual([
        ["alert", "a1", "told"],
        ["alert", "a2", "told"],
        ["alert", "a2", "failed"],
      ]);
      const settled = await notify.settledAfter(0, 10);
      expect(settled).toMatchObject([
        {
          key: "digest",
          alertId: "a1",
          personId: "li",
          channelId: "sms",
          told: true,
          detail: "accepted as 17",
          at: NOW + 5,
        },
        { key: "plain", alertId: "a2", told: false, at: NOW + 6 },
      ]);
      const [first, second] = settled;
      expect(await notify.settledAfter(first?.seq ?? 0, 10)).toEqual([second]);
      // what the pipeline has taken is not kept, and its number does not come again
      const delivery = second?.seq ?? 0;
      const { checkpoint } = decided();
      await notify.commit(decided({ checkpoint: { ...checkpoint, delivery }, outbox: [queued("next")] }), epoch);
      expect(await notify.settledAfter(0, 10)).toEqual([]);
      await notify.settle("next", { told: true, detail: "", at: NOW }, epoch);
      expect(await notify.settledAfter(delivery, 10)).toMatchObject([{ key: "next" }]);
    });

    it("tells pages of the response to an alert", async () => {
      const { changes } = store();
      await watchCommits(store(), asTransitions([alert("a1")]));
      const start = await changes.latest();
      await notifyCommits(store(), { cares: [care("a1", { acknowledgedAt: NOW }), care("unknown")] });
      expect((await changes.since(start, 10)).changes.map(({ topic, id, data }) => [topic, id, data])).toEqual([
        ["alert", "a1", { deviceId: "lift-1", severity: "high", active: true, change: "care" }],
      ]);
    });

    it("lists incidents, open ones first, by place", async () => {
      const { alerts, changes } = store();
      await plant(store());
      const start = await changes.latest();
      const all = [
        incident("closed", "b1", NOW + 5, NOW + 9),
        incident("early", "b2", NOW),
        incident("late", "w1", NOW + 1),
        incident("site", null, NOW + 2),
      ];
      await notifyCommits(store(), { incidents: all });
      const order = (await everyPage((page) => alerts.incidents({}, page), 1)).map(({ id }) => id);
      expect(order).toEqual(["site", "late", "early", "closed"]);
      expect((await alerts.incidents({ placeIds: ["east"] }, ALL)).items.map(({ id }) => id)).toEqual([
        "early",
        "closed",
      ]);
      expect((await alerts.incidents({ open: false }, ALL)).total).toBe(1);
      const ended = { ...incident("early", "b2", NOW, NOW + 7) };
      await notifyCommits(store(), { incidents: [ended] });
      expect(await alerts.incident("early")).toEqual(ended);
      expect(await alerts.incident("none")).toBeUndefined();
      expect((await changes.since(start, 10)).changes.at(-1)).toMatchObject({
        topic: "incident",
        id: "early",
        data: { placeId: "b2", severity: "high", open: false },
      });
    });

    it("lists the ledger newest first, by person and time", async () => {
      const { alerts } = store();
      const entries = [
        line("a1", { at: NOW }),
        line("a1", { at: NOW, personId: "wu" }),
        line("a2", { at: NOW + 2 }),
        line("a2", { at: NOW + 1, personId: null }),
      ];
      await notifyCommits(store(), { ledger: entries });
      const listed = await everyPage((page) => alerts.ledger({}, page), 1);
      expect(listed).toMatchObject([2, 3, 1, 0].map((index) => entries[index]));
      expect((await alerts.ledger({ personId: "li" }, ALL)).items.map(({ alertId }) => alertId)).toEqual(["a2", "a1"]);
      expect((await alerts.ledger({ from: NOW + 1, to: NOW + 2 }, ALL)).total).toBe(1);
    });
  });
}
