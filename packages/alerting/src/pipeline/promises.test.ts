import type { Maintenance, Silence } from "@linli/model";
import { maintenanceSchema, silenceSchema } from "@linli/model";
import { describe, expect, it } from "vitest";
import { HOUR, MIN, PipelineBench, T } from "../testing/pipeline-bench.ts";
import { deviceOf } from "../testing/test-world.ts";

const silence = (changes: Partial<Silence> = {}): Silence =>
  silenceSchema.parse({
    id: "quiet",
    match: { devices: ["lift-1"] },
    from: T,
    until: T + 2 * HOUR,
    reason: "known noise",
    by: "manager",
    createdAt: T,
    ...changes,
  });

/** From 10:00 for so many hours. */
const work = (id: string, hours: number, changes: Partial<Maintenance> = {}): Maintenance =>
  maintenanceSchema.parse({
    id,
    name: id,
    match: { placeId: "b3" },
    by: "manager",
    createdAt: 0,
    ...changes,
    window: { start: "2026-06-01T10:00", duration: `${hours}h`, timeZone: "Asia/Shanghai" },
  });

const GATEWAY = deviceOf("gw-1", "gateway");
const BEHIND = ["s-1", "s-2", "s-3"].map((id) =>
  deviceOf(id, "environment-sensor", { gatewayId: "gw-1", offlineAfterMs: 10 * MIN }),
);
const SITE = { devices: [GATEWAY, ...BEHIND, deviceOf("lift-1", "elevator", { gatewayId: "gw-1" })] };

describe("the promises of alerts, as far as telling people goes", () => {
  it("4. after 12 minutes of our downtime in mid-escalation everybody due is told once", () => {
    const bench = new PipelineBench();
    const id = bench.open("test.critical", "lift-1");
    bench.sleepUntil(12 * MIN);
    expect(bench.told()).toEqual([
      "0 li call opened lift-1",
      "12 li call escalation lift-1",
      "12 chen call escalation lift-1",
    ]);
    expect(bench.why(id, "chen")[0]).toBe("queued overdue-after-outage");
    bench.until(20 * MIN);
    expect(bench.told()).toHaveLength(3);
  });

  it("4. nothing that is withheld leaks after a restart", () => {
    const bench = new PipelineBench({ ...SITE, arrangements: { silence: [silence()] } });
    bench.open("test.high", "lift-1");
    bench.open("gateway.offline", "gw-1");
    bench.open("device.offline", "s-1");
    bench.until(4 * MIN);
    const before = bench.told();
    bench.sleepUntil(30 * MIN);
    expect(bench.told().filter((line) => line.includes("lift-1") || line.endsWith(" s-1"))).toEqual([]);
    expect(before).toEqual(["2 li sms opened gw-1+s-1"]);
  });

  it("4. what came and went while we slept is not told, except what was critical: in one message", () => {
    const bench = new PipelineBench({ delivers: false });
    const high = bench.open("test.high", "lift-1");
    bench.clear(high);
    const critical = bench.open("test.critical", "lift-1");
    bench.clear(critical);
    bench.until(HOUR);
    expect(bench.told()).toEqual(["0 li call opened lift-1", "0 li call cleared lift-1"]);
    expect(bench.withdrawn).toEqual([bench.messages[0]?.key]);
  });

  it("7. a site goes offline: one page that lists the children; a trapped passenger behind it pages all the same", () => {
    const bench = new PipelineBench({ ...SITE, restarts: true });
    const trapped = bench.open("lift.blind", "lift-1");
    bench.open("device.offline", "s-1");
    bench.until(1 * MIN);
    bench.open("gateway.offline", "gw-1");
    bench.open("device.offline", "s-2");
    const third = bench.open("device.offline", "s-3");
    bench.act(trapped, "li", { type: "acknowledge" });
    bench.until(10 * MIN);
    expect(bench.told()).toEqual(["0 li call opened lift-1", "3 li sms opened gw-1+s-1+s-2+s-3"]);
    expect(bench.why(third, "li")).toContain("withheld child-of");
    expect(bench.cares.get(third)?.suppressed).toMatchObject({ by: "incident" });
  });

  it("7. alerts that were open can still clear, and what is still silent after the cause is told", () => {
    const bench = new PipelineBench({ ...SITE, restarts: true });
    const gateway = bench.open("gateway.offline", "gw-1");
    const first = bench.open("device.offline", "s-1");
    const second = bench.open("device.offline", "s-2");
    bench.until(5 * MIN);
    expect(bench.told()).toEqual(["2 li sms opened gw-1+s-1+s-2"]);
    bench.clear(first);
    bench.until(6 * MIN);
    bench.clear(gateway);
    bench.until(8 * MIN);
    expect(bench.told().slice(1)).toEqual(["7 li sms progress gw-1+s-1+s-2"]);
    // a sensor has its time-out to be heard again
    bench.until(37 * MIN);
    expect(bench.told().slice(2)).toEqual(["16 li sms opened s-2"]);
    bench.clear(second);
    bench.until(40 * MIN);
    expect(bench.told().at(-1)).toMatch(/li sms cleared gw-1\+s-1\+s-2$/);
    expect([...bench.incidents.values()].map(({ closedAt }) => closedAt)).toEqual([expect.any(Number)]);
  });

  it("7. the parent withholds only while its own alert has reached a person", () => {
    const bench = new PipelineBench({ ...SITE, delivers: false });
    bench.open("gateway.offline", "gw-1");
    const child = bench.open("device.offline", "s-1");
    bench.until(4 * MIN);
    expect(bench.told()).toEqual(["2 li sms opened gw-1+s-1", "3 li sms opened s-1"]);
    expect(bench.why(child, "li")).toContain("queued first");
  });

  it("8. maintenance mutes what began inside it, escalates what was open, and tells the rest once at its end", () => {
    const bench = new PipelineBench({ restarts: true });
    const before = bench.open("test.high", "lift-1", { openedAt: T - MIN });
    bench.until(1 * MIN);
    bench.arrangements = { ...bench.arrangements, maintenance: [work("night", 2)] };
    const gone = bench.open("test.medium", "lift-1");
    const still = bench.open("test.medium", "lift-2");
    bench.open("test.high", "lift-2");
    bench.until(20 * MIN);
    bench.clear(gone);
    expect(bench.told().filter((line) => !line.includes("opened"))).toEqual(["15.5 li call escalation lift-1"]);
    bench.act(before, "li", { type: "acknowledge" });
    bench.until(2 * HOUR - 1);
    expect(bench.told()).toHaveLength(2);
    bench.until(2 * HOUR + 10 * MIN);
    expect(bench.told().slice(2)).toEqual(["120 li sms opened lift-2+lift-2"]);
    expect(bench.why(gone, "li")).toEqual(["withheld maintenance", "withheld never-told"]);
    expect(bench.why(still, "li")).toContain("withheld maintenance");
  });

  it("8. maintenance adds the people on site to life safety, and removes nobody", () => {
    const bench = new PipelineBench({ arrangements: { maintenance: [work("visit", 2, { onSite: ["wang"] })] } });
    bench.open("lift.entrapment", "lift-1");
    bench.until(7 * MIN);
    expect(bench.told()).toEqual([
      "0 wang call opened lift-1",
      "0 li call opened lift-1",
      "3 li call escalation lift-1",
      "6 chen call escalation lift-1",
    ]);
  });

  it("9. changing the assignee neither resolves nor stops the escalation", () => {
    const bench = new PipelineBench();
    const id = bench.open("test.critical", "lift-1");
    bench.act(id, "li", { type: "assign", personId: "wang" });
    bench.until(7 * MIN);
    expect(bench.told()).toEqual([
      "0 li call opened lift-1",
      "0 wang call opened lift-1",
      "3 li call escalation lift-1",
      "6 chen call escalation lift-1",
    ]);
    expect(bench.cares.get(id)).toMatchObject({ assignee: "wang", acknowledgedAt: null, next: { what: "escalation" } });
  });

  it("10. no fixed without a broken", () => {
    const bench = new PipelineBench({ delivers: false });
    const id = bench.open("test.high", "lift-1");
    bench.until(MIN);
    const [opened] = bench.messages;
    bench.clear(id);
    bench.until(HOUR);
    expect(bench.told()).toEqual(["0.5 li sms opened lift-1"]);
    expect(bench.withdrawn).toEqual([opened?.key]);
    expect(bench.why(id, "li")).toContain("withdrawn cleared-before");
  });

  it("10. a message that was being sent when it was taken back arrives: then its end is told too", () => {
    const bench = new PipelineBench({ delivers: false });
    const id = bench.open("test.high", "lift-1");
    bench.until(MIN);
    const [opened] = bench.messages;
    bench.clear(id);
    if (opened !== undefined) bench.settle(opened);
    expect(bench.told().at(-1)).toBe("1 li sms cleared lift-1");
  });

  it("11. an expired silence does not come back; windows that overlap are one", () => {
    const bench = new PipelineBench({
      arrangements: { maintenance: [work("short", 1), work("long", 2)], silence: [silence({ until: T + 30 * MIN })] },
    });
    bench.open("test.high", "lift-1");
    bench.until(2 * HOUR - 1);
    // who made it is reminded of what it hides
    expect(bench.told()).toEqual(["15 manager sms handover lift-1"]);
    bench.until(2 * HOUR);
    expect(bench.told().slice(1)).toEqual(["120 li sms opened lift-1"]);
    bench.until(2 * HOUR + 15 * MIN);
    expect(bench.told()).toHaveLength(3);
  });

  it("16. a second trapped lift pages at once and does not inherit the first one's acknowledgement", () => {
    const bench = new PipelineBench({ restarts: true });
    const first = bench.open("lift.entrapment", "lift-1");
    bench.act(first, "li", { type: "acknowledge" });
    bench.until(10_000);
    const second = bench.open("lift.entrapment", "lift-2");
    bench.until(4 * MIN);
    expect(bench.told()).toEqual([
      "0 li call opened lift-1",
      "0.2 li call opened lift-2",
      "3.2 li call escalation lift-2",
    ]);
    expect(bench.cares.get(second)?.acknowledgedAt).toBeNull();
  });

  it("17. acknowledged, then worse: pages again from the first step", () => {
    const bench = new PipelineBench({ restarts: true });
    const id = bench.open("test.high", "lift-1");
    bench.until(MIN);
    bench.act(id, "li", { type: "acknowledge" });
    bench.until(20 * MIN);
    bench.change(id, "severity", { severity: "critical" });
    bench.until(24 * MIN);
    expect(bench.told().slice(1)).toEqual(["20 li call severity lift-1", "23 li call escalation lift-1"]);
    bench.act(id, "li", { type: "acknowledge" });
    bench.change(id, "severity", { severity: "high" });
    bench.until(30 * MIN);
    expect(bench.told()).toHaveLength(3);
    expect(bench.cares.get(id)?.acknowledgedBy).toBe("li");
  });

  it("17. acknowledged and nobody arrives: pages again; somebody there: not", () => {
    const bench = new PipelineBench({ restarts: true });
    const forgotten = bench.open("test.critical", "lift-1");
    const attended = bench.open("test.critical", "lift-2");
    for (const id of [forgotten, attended]) bench.act(id, "li", { type: "acknowledge" });
    bench.until(5 * MIN);
    bench.act(attended, "li", { type: "arrived" });
    bench.until(31 * MIN);
    expect(bench.told().slice(2)).toEqual(["30 li call escalation lift-1"]);
    expect(bench.why(forgotten, "li")).toContain("queued lapsed");
  });

  it("17. an acknowledgement counts from a target or the duty person with the right, and from nobody else", () => {
    const bench = new PipelineBench();
    const id = bench.open("test.critical", "lift-1");
    for (const other of ["wang", "viewer", "nobody"]) bench.act(id, other, { type: "acknowledge" });
    expect(bench.cares.get(id)?.acknowledgedAt).toBeNull();
    bench.act(id, "chen", { type: "acknowledge" });
    expect(bench.cares.get(id)?.acknowledgedBy).toBe("chen");
  });

  it("18. editing or deleting a rule while it fires is told as that, never as fixed", () => {
    const bench = new PipelineBench();
    const id = bench.open("test.high", "lift-1");
    bench.until(MIN);
    bench.clear(id, "rule");
    expect(bench.told()).toEqual(["0.5 li sms opened lift-1", "1 li sms ended lift-1"]);
    expect(bench.messages[1]?.message.title).not.toMatch(/恢复|修好/);
  });
});
