import { describe, expect, it } from "vitest";
import { HOUR, MIN, PipelineBench, T } from "../testing/pipeline-bench.ts";

describe("from an alert to a person", () => {
  it("a critical one is told at once, then to the next, until somebody has it in hand", () => {
    const bench = new PipelineBench({ restarts: true });
    const id = bench.open("test.critical", "lift-1");
    bench.until(4 * MIN);
    expect(bench.told()).toEqual(["0 li call opened lift-1", "3 li call escalation lift-1"]);
    bench.act(id, "li", { type: "acknowledge" });
    bench.until(25 * MIN);
    expect(bench.told()).toHaveLength(2);
    expect(bench.cares.get(id)).toMatchObject({ acknowledgedBy: "li", next: { what: "lapse", at: T + 34 * MIN } });
  });

  it("cleared goes to those who were told, once", () => {
    const bench = new PipelineBench({ restarts: true });
    const id = bench.open("test.high", "lift-1");
    bench.until(5 * MIN);
    bench.clear(id);
    bench.until(2 * HOUR);
    expect(bench.told()).toEqual(["0.5 li sms opened lift-1", "5 li sms cleared lift-1"]);
    expect(bench.why(id, "li")).toEqual([
      "withheld group-wait",
      "queued first",
      "told first",
      "queued over",
      "told over",
    ]);
  });
});
