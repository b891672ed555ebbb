import { describe, expect, it } from "vitest";
import { HOUR, MIN, PipelineBench, team } from "../testing/pipeline-bench.ts";
import { deviceOf } from "../testing/test-world.ts";

const CREW = { arrangements: { team: [team("property", ["li", "wang"]), team("desk", ["chen"], { desk: true })] } };
const drill = (people: readonly string[] | null) =>
  ({ id: "DRILL-a", drill: { people, by: "manager", note: "" } }) as const;
const prepared = drill(["li"]) as { id: string; drill: { people: string[] | null; by: string; note: string } };
const forAll = drill(null) as typeof prepared;

describe("a drill", () => {
  it("tells those who are prepared, marked as one, and says why it tells nobody else", () => {
    const bench = new PipelineBench(CREW);
    const id = bench.open("test.critical", "lift-1", prepared);
    bench.until(20 * MIN);
    expect(new Set(bench.messages.map(({ personId }) => personId))).toEqual(new Set(["li"]));
    expect(bench.messages.every(({ message }) => message.title.includes("演练"))).toBe(true);
    expect(bench.messages[0]?.message.text).toContain("演练，无需到场");
    expect(bench.why(id, "wang")).toContain("withheld drill");
    expect(bench.why(id, "chen")).toContain("withheld drill");
  });

  it("tells everybody, as in earnest, when that is said", () => {
    const bench = new PipelineBench(CREW);
    bench.open("test.critical", "lift-1", forAll);
    bench.until(20 * MIN);
    expect(new Set(bench.messages.map(({ personId }) => personId))).toEqual(new Set(["li", "wang", "chen"]));
  });

  it("is answered for like a real one, and its end is told to those who heard of it", () => {
    const bench = new PipelineBench(CREW);
    const id = bench.open("test.critical", "lift-1", prepared);
    bench.until(1 * MIN);
    bench.act(id, "li", { type: "acknowledge" });
    expect(bench.cares.get(id)?.acknowledgedBy).toBe("li");
    bench.clear(id, "retired");
    bench.until(30 * MIN);
    expect(bench.told().filter((line) => line.includes("escalation"))).toEqual([]);
    expect(bench.told().at(-1)).toContain("li");
    expect(bench.told().at(-1)).toContain("ended");
  });

  it.each(["lift.outOfService", "device.offline", "test.high", "lift.entrapment"])(
    "changes nothing about a real %s beside it: neither when, nor whom, nor in what words",
    (ruleId) => {
      const DEVICES = ["s-1", "s-2", "s-3"].map((id) => deviceOf(id, "elevator", { gatewayId: "gw-1" }));
      const site = { ...CREW, devices: [deviceOf("gw-1", "gateway"), ...DEVICES] };
      const play = (drills: boolean) => {
        const bench = new PipelineBench(site);
        if (drills) bench.open(ruleId, "s-1", prepared);
        if (drills) bench.open(ruleId, "s-2", { ...prepared, id: "DRILL-b" });
        bench.until(1 * MIN);
        const id = bench.open(ruleId, "s-1");
        if (ruleId === "device.offline") bench.open(ruleId, "s-3");
        bench.until(HOUR);
        bench.clear(id);
        bench.until(3 * HOUR);
        const isReal = (alertId: string) => !alertId.startsWith("DRILL-");
        return {
          messages: bench.messages.filter(({ alertId }) => isReal(alertId)),
          ledger: bench.ledger.filter(({ alertId }) => isReal(alertId)),
          incidents: [...bench.incidents.values()],
        };
      };
      const alone = play(false);
      expect(play(true)).toEqual(alone);
      expect(alone.ledger.length).toBeGreaterThan(0);
    },
  );

  it("is in no hand-over and no digest, and is told whatever is silenced or under repair", () => {
    const bench = new PipelineBench({ ...CREW, restarts: true });
    const id = bench.open("test.low", "lift-1", prepared);
    bench.until(30 * HOUR);
    expect(bench.told()).toEqual([]);
    expect(bench.incidents.size).toBe(0);
    bench.clear(id);
    bench.until(32 * HOUR);
    expect(bench.told()).toEqual([]);
  });
});
