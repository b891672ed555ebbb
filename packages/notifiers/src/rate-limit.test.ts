import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { isUrgent, RateLimit } from "./rate-limit.ts";
import { messageOf } from "./testing/messages.ts";

const robot = [{ messages: 15, perMs: 60_000 }];

describe("RateLimit", () => {
  it("keeps a fifth for what is urgent, and says when the rest may go on", () => {
    const limit = new RateLimit(robot);
    const turns = Array.from({ length: 13 }, (_, index) => limit.take(1_000 + index, false));
    expect(turns.filter((turn) => turn.go)).toHaveLength(12);
    expect(turns[12]).toEqual({ go: false, at: 61_000 });
    expect([1, 2, 3].map(() => limit.take(2_000, true).go)).toEqual([true, true, true]);
    expect(limit.take(2_000, true)).toEqual({ go: false, at: 61_000 });
  });

  it("counts a whole minute back, however the messages were spread over it", () => {
    const limit = new RateLimit(robot);
    for (let index = 0; index < 15; index++) limit.take(index * 3_000, true);
    expect(limit.take(50_000, true)).toEqual({ go: false, at: 60_000 });
    expect(limit.take(60_000, true)).toEqual({ go: true });
    expect(limit.take(60_001, true)).toEqual({ go: false, at: 63_000 });
  });

  it("still counts after a restart what was sent before", () => {
    const before = new RateLimit(robot);
    for (let index = 0; index < 15; index++) before.take(1_000, true);
    expect(new RateLimit(robot, before.save()).take(30_000, true)).toEqual({ go: false, at: 61_000 });
  });

  it("is not blocked for longer by a clock that was set back", () => {
    const limit = new RateLimit(robot);
    for (let index = 0; index < 15; index++) limit.take(10_000_000, true);
    expect(limit.take(0, true)).toEqual({ go: false, at: 60_000 });
  });

  const moments = fc.array(fc.record({ wait: fc.nat(4_000), urgent: fc.boolean() }), { maxLength: 200 });
  test.prop([moments])("never more than the limit in any window, and the named moment is free", (asked) => {
    const limit = new RateLimit([...robot, { messages: 3, perMs: 1_000 }]);
    const sent: number[] = [];
    let now = 0;
    for (const { wait, urgent } of asked) {
      now += wait;
      const turn = limit.take(now, urgent);
      if (turn.go) sent.push(now);
      else
        expect(new RateLimit([...robot, { messages: 3, perMs: 1_000 }], limit.save()).take(turn.at, urgent).go).toBe(
          true,
        );
    }
    for (const from of sent) {
      expect(sent.filter((moment) => moment >= from && moment < from + 60_000).length).toBeLessThanOrEqual(15);
      expect(sent.filter((moment) => moment >= from && moment < from + 1_000).length).toBeLessThanOrEqual(3);
    }
  });
});

it("life safety is urgent whatever its severity", () => {
  expect(isUrgent(messageOf({ severity: "high", lifeSafety: true }))).toBe(true);
  expect(isUrgent(messageOf({ severity: "critical", lifeSafety: false }))).toBe(true);
  expect(isUrgent(messageOf({ severity: "high", lifeSafety: false }))).toBe(false);
});
