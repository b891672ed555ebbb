import { describe, expect, it } from "vitest";
import type { World } from "../duty/world.ts";
import { ARRANGED, MIN, PEOPLE, PipelineBench, RULES } from "../testing/pipeline-bench.ts";
import { deviceOf, worldOf } from "../testing/test-world.ts";

/** The same world for all steps, which counts what it is asked. */
class CountingBench extends PipelineBench {
  asked = 0;
  private readonly counted: World;

  constructor(count: number) {
    super();
    const devices = Array.from({ length: count }, (_, n) => deviceOf(`s-${n}`, "environment-sensor"));
    const world = worldOf({ arrangements: ARRANGED, devices, rules: RULES, people: PEOPLE });
    const device = (id: string) => {
      this.asked++;
      return world.device(id);
    };
    this.counted = { ...world, device, childrenOf: () => [] };
  }

  override get world(): World {
    return this.counted;
  }
}

/** How often devices are looked up in the first hour of so many alerts, and while all of them clear. */
function cost(count: number, ruleId: string): number {
  const bench = new CountingBench(count);
  const ids = Array.from({ length: count }, (_, n) => bench.open(ruleId, `s-${n}`));
  bench.until(60 * MIN);
  for (const id of ids) bench.clear(id);
  bench.until(80 * MIN);
  expect(bench.messages.length).toBeLessThan(15);
  return bench.asked / count;
}

describe("a storm", () => {
  it.each(["test.high", "device.offline"])("of %s costs each alert the same, few or many", (ruleId) => {
    expect(cost(800, ruleId)).toBeLessThan(1.3 * cost(200, ruleId));
  });
});
