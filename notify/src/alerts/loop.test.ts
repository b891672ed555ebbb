import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { MINUTE, NotifyBench, SECOND } from "../testing/notify-bench.ts";

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
});
