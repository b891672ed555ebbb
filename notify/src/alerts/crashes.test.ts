import { describe, expect, it } from "vitest";
import { Crash, crashing } from "../testing/crash.ts";
import { MINUTE, NotifyBench, SECOND } from "../testing/notify-bench.ts";

const isCrash = (error: unknown) => error instanceof Crash;
/** So many writes at most; the story below needs fewer. */
const WRITES = 40;

/** Two alerts open, one is acknowledged, both end. */
async function story(bench: NotifyBench): Promise<string[]> {
  const first = await bench.world.open("test.critical", "lift-1");
  await bench.passOver(SECOND, isCrash);
  const second = await bench.world.open("lift.entrapment", "lift-2");
  await bench.passOver(4 * MINUTE, isCrash);
  await bench.world.act(second, "li", { type: "acknowledge" });
  await bench.passOver(SECOND, isCrash);
  await bench.world.clear(first);
  await bench.passOver(SECOND, isCrash);
  await bench.world.clear(second);
  await bench.passOver(MINUTE, isCrash);
  return [first, second];
}

/** What each reader was told of each alert, repeats left out. */
function told(bench: NotifyBench) {
  const lines = new Map<string, string>();
  for (const { message, to } of bench.call.attempts) {
    const known = lines.get(message.key);
    const line = `${message.subject} ${message.occasion} ${to}`;
    // a repeat says the same thing to the same reader
    if (known !== undefined) expect(known).toBe(line);
    lines.set(message.key, line);
  }
  return [...lines.values()];
}

describe("killed at each step of the alert path", () => {
  it.each(["before", "behind"] as const)(
    "%s a write: nothing is lost, repeats carry the same key, in order",
    async (when) => {
      const whole = await NotifyBench.open();
      await whole.start();
      await story(whole);
      const expected = told(whole);
      await whole.close();
      let deaths = 0;
      for (let write = 1; write <= WRITES; write++) {
        const bench = await NotifyBench.open();
        const state = crashing(bench.state, write, when);
        try {
          await bench.start(state);
        } catch (error) {
          if (!isCrash(error)) throw error;
          deaths += 1;
        }
        const isFirst = bench.loop !== undefined;
        const before = bench.loop;
        await story(bench);
        if (isFirst && bench.loop !== before) deaths += 1;
        expect(told(bench), `${when} write ${write}`).toEqual(expected);
        const { items } = await bench.state.alerts.ledger({}, { limit: 1_000 });
        const verdicts = items.filter(({ verdict }) => verdict === "told").map(({ messageKey }) => messageKey);
        expect(new Set(verdicts).size, "each message is settled once").toBe(verdicts.length);
        await bench.close();
      }
      expect(deaths).toBeGreaterThan(15);
    },
  );
});
