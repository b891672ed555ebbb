import { rotaSchema } from "@linli/model";
import { createSlewedClock } from "@linli/runtime";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { MINUTE, NotifyBench, SECOND } from "../testing/notify-bench.ts";
import { rearrange } from "../testing/site.ts";

let bench: NotifyBench;

beforeEach(async () => {
  bench = await NotifyBench.open();
});
afterEach(() => bench.close());

describe("from an alert to people", () => {
  it("tells who is on duty, stops when it is acknowledged, and says when it is over", async () => {
    await bench.start();
    const id = await bench.world.open("test.critical", "lift-1");
    await bench.pass(SECOND);
    expect(bench.call.said).toEqual(["opened li"]);
    expect(bench.call.attempts[0]?.message).toMatchObject({ severity: "critical", language: "en" });
    await bench.world.act(id, "li", { type: "acknowledge" });
    await bench.pass(10 * MINUTE);
    expect(bench.call.said).toEqual(["opened li"]);
    expect((await bench.state.alerts.alert(id))?.care).toMatchObject({ acknowledgedBy: "li" });
    await bench.world.clear(id);
    await bench.pass(SECOND);
    expect(bench.call.said).toEqual(["opened li", "cleared li"]);
    expect(await bench.why("li")).toEqual([
      "queued opened first",
      "told opened first",
      "queued cleared over",
      "told cleared over",
    ]);
  });

  it("goes up to the desk while nobody answers", async () => {
    await bench.start();
    await bench.world.open("test.critical", "lift-1");
    await bench.pass(10 * MINUTE);
    expect(bench.call.said).toContain("escalation chen");
  });

  it("answers who would be told, and tells nobody by it", async () => {
    await bench.start();
    const lines = bench.loop?.whatIf({ ruleId: "lift.entrapment", deviceId: "lift-2", severity: "critical" }) ?? [];
    expect(lines.map(({ personId, verdict }) => `${verdict} ${personId}`)).toEqual(
      expect.arrayContaining(["queued li", "queued chen"]),
    );
    await bench.pass(MINUTE);
    expect([...bench.call.said, ...(await bench.ledger())]).toEqual([]);
  });

  it("follows what is arranged meanwhile", async () => {
    await bench.start();
    await bench.settle();
    const { value } = (await bench.state.arrangements.get("team", "property")) ?? {};
    if (value === undefined) throw new Error("no team");
    await rearrange(bench.state, "team", { ...value, members: ["chen"] });
    await bench.world.open("test.critical", "lift-1");
    await bench.pass(SECOND);
    expect(bench.call.said).toEqual(["opened chen"]);
  });

  it("shows a hole in a rota before the night it matters", async () => {
    await bench.start();
    await bench.settle();
    expect(bench.loop?.findings.all).toEqual([]);
    const layer = { people: ["li"], from: "2026-06-01", handover: "08:00", everyDays: 7, hours: "Mo-Fr 08:00-20:00" };
    const rota = rotaSchema.parse({ id: "days", name: "days", timeZone: "Asia/Shanghai", layers: [layer] });
    await rearrange(bench.state, "rota", rota);
    const { value } = (await bench.state.arrangements.get("team", "property")) ?? {};
    if (value === undefined) throw new Error("no team");
    await rearrange(bench.state, "team", { ...value, rotaId: "days" });
    await bench.settle();
    expect(bench.loop?.findings.all).toMatchObject([{ code: "rota-hole", subject: "rota/days" }]);
    expect(bench.loop?.telling.findings).toBe(1);
  });
});

describe("the server's clock", () => {
  it("stepping back an hour delays no step, and stepping on tells nobody twice", async () => {
    const { clock, state } = bench;
    let shift = 0;
    const wall = { ...clock, now: () => clock.now() + shift };
    const now = createSlewedClock(wall, { believedAheadMs: 5 * SECOND });
    await bench.start(state, { ...clock, now });
    await bench.world.open("test.critical", "lift-1");
    await bench.pass(SECOND);
    shift = -60 * MINUTE;
    for (let minute = 0; minute < 7; minute++) await bench.pass(MINUTE);
    expect(bench.call.said).toContain("escalation chen");
    const before = bench.call.said.length;
    shift = 0;
    await bench.pass(SECOND);
    expect(bench.call.said).toHaveLength(before);
  });
});

describe("a start", () => {
  it("over a history that is there already begins with what is open, not with the past", async () => {
    const past = await bench.world.open("test.critical", "lift-1");
    await bench.world.clear(past);
    bench.clock.advance(MINUTE);
    await bench.world.open("test.critical", "lift-2");
    bench.clock.advance(MINUTE);
    await bench.start();
    await bench.pass(SECOND);
    expect(bench.call.attempts.map(({ message }) => message.alerts[0]?.deviceId)).toEqual(["lift-2"]);
  });

  it("after 12 minutes in the middle of an escalation tells everybody who is due once", async () => {
    await bench.start();
    await bench.world.open("test.critical", "lift-1");
    await bench.pass(MINUTE);
    expect(bench.call.said).toEqual(["opened li"]);
    bench.kill();
    bench.clock.advance(12 * MINUTE);
    await bench.start();
    await bench.pass(SECOND);
    expect(bench.call.said.slice(1).toSorted()).toEqual(["escalation chen", "escalation li"]);
  });

  it("takes everything that happened before it looks at what is late", async () => {
    await bench.start();
    const id = await bench.world.open("test.critical", "lift-1");
    await bench.pass(MINUTE);
    bench.kill();
    bench.clock.advance(MINUTE);
    await bench.world.open("test.high", "lift-2");
    await bench.world.act(id, "li", { type: "acknowledge" });
    bench.clock.advance(11 * MINUTE);
    await bench.start();
    await bench.pass(SECOND);
    expect(bench.call.said).toEqual(["opened li"]);
  });

  it("is refused to a second one while the first is alive", async () => {
    await bench.start();
    const first = bench.loop;
    await bench.start();
    await expect(
      first
        ?.turn()
        .then(() => bench.world.open("test.critical", "lift-1"))
        .then(() => first.turn()),
    ).rejects.toThrow();
  });
});
