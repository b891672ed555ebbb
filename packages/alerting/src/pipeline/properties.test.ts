import { type AlertDeed, maintenanceSchema, type Severity, silenceSchema } from "@linli/model";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { silenceOver } from "../duty/silence.ts";
import { subjectOf } from "../duty/subject.ts";
import { contact, HOUR, MIN, PipelineBench, RULES, T } from "../testing/pipeline-bench.ts";
import { deviceOf } from "../testing/test-world.ts";

const DEVICES = [
  deviceOf("gw-1", "gateway"),
  ...["lift-1", "lift-2"].map((id) => deviceOf(id, "elevator", { gatewayId: "gw-1" })),
  ...["s-1", "s-2", "s-3"].map((id) => deviceOf(id, "environment-sensor", { gatewayId: "gw-1" })),
  ...["s-4", "s-5", "s-6"].map((id) => deviceOf(id, "environment-sensor")),
  ...["lamp-1", "lamp-2", "lamp-3"].map((id) => deviceOf(id, "streetlight", { tags: { circuit: "a" } })),
];

const DEEDS: readonly AlertDeed[] = [
  { type: "acknowledge" },
  { type: "unacknowledge" },
  { type: "arrived" },
  { type: "assign", personId: "wang" },
  { type: "comment", text: "hm" },
  { type: "snooze", until: T + 5 * HOUR },
  { type: "known", until: T + 20 * HOUR, text: "part ordered" },
];

const pick = fc.nat({ max: 50 });
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant("open" as const), rule: pick, device: pick }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("clear" as const), alert: pick }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("end" as const), alert: pick }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("severity" as const),
      alert: pick,
      to: fc.constantFrom<Severity>("medium", "high", "critical"),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("stale" as const), alert: pick }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("act" as const),
      alert: pick,
      deed: fc.constantFrom(...DEEDS),
      by: fc.constantFrom("li", "wang", "chen", "manager", "viewer"),
    }),
  },
  { weight: 6, arbitrary: fc.record({ do: fc.constant("settle" as const), message: pick, told: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("silence" as const), device: pick, minutes: pick }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("maintain" as const), device: pick }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("fall" as const), device: pick, offline: fc.boolean() }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("wait" as const),
      ms: fc.constantFrom(0, 1_000, 30_000, 2 * MIN, 5 * MIN, 31 * MIN, 3 * HOUR, 25 * HOUR),
      asleep: fc.boolean(),
    }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;
/** A step, and whether we are started anew before it. */
const course = fc.array(fc.tuple(step, fc.boolean()), { minLength: 1, maxLength: 40 });

const of = <T>(items: readonly T[], index: number): T | undefined => items[index % Math.max(1, items.length)];

/** Does the same as a course says, with or without its restarts. */
class Played {
  readonly bench: PipelineBench;
  readonly opened: string[] = [];
  private readonly open: string[] = [];
  private settled = 0;
  /** What must not be: looked for at each step. */
  readonly wrong: string[] = [];

  constructor(steps: readonly (readonly [Step, boolean])[], restarts: boolean) {
    const contacts = ["li", "chen", "manager", "wang"].map((id) => contact(id));
    this.bench = new PipelineBench({ devices: DEVICES, delivers: false, arrangements: { contact: contacts } });
    for (const [one, anew] of steps) {
      if (anew && restarts) this.bench.restart();
      const before = this.bench.messages.length;
      this.play(one);
      this.look(before);
    }
  }

  private play(one: Step): void {
    const { bench, open } = this;
    switch (one.do) {
      case "open": {
        const rule = of(RULES, one.rule);
        const device = of(DEVICES, one.device);
        if (rule === undefined || device === undefined) return;
        // an episode of a rule on a device is one at a time
        if (open.some((id) => id.startsWith(`${rule.id}_${device.id}_`))) return;
        bench.now++;
        const before = bench.messages.length;
        const id = bench.open(rule.id, device.id);
        open.push(id);
        this.opened.push(id);
        if (rule.lifeSafety && bench.messages.length === before) this.wrong.push(`${id} told nobody at once`);
        return;
      }
      case "clear":
      case "end": {
        const id = open.splice(one.alert % Math.max(1, open.length), 1)[0];
        if (id !== undefined) bench.clear(id, one.do === "end" ? "rule" : "cleared");
        return;
      }
      case "severity":
      case "stale": {
        const id = of(open, one.alert);
        if (id === undefined) return;
        if (one.do === "stale") bench.change(id, "stale", { stale: true });
        else bench.change(id, "severity", { severity: one.to });
        return;
      }
      case "act": {
        const id = of(this.opened, one.alert);
        if (id !== undefined) bench.act(id, one.by, one.deed);
        return;
      }
      case "settle": {
        const message = bench.messages[this.settled];
        if (message === undefined) return;
        this.settled++;
        bench.settle(message, one.told);
        return;
      }
      case "silence":
        return this.silence(of(DEVICES, one.device)?.id ?? "", one.minutes + 1);
      case "maintain":
        return this.maintain(of(DEVICES, one.device)?.id ?? "");
      case "fall": {
        const id = of(DEVICES, one.device)?.id ?? "";
        return one.offline ? bench.connection(id, "online", "offline") : bench.connection(id, "offline", "online");
      }
      case "wait": {
        const until = bench.now - T + one.ms;
        if (one.asleep) {
          bench.now = T + until;
          bench.take({ type: "time" });
        } else bench.until(until);
      }
    }
  }

  private silence(device: string, minutes: number): void {
    const { bench } = this;
    const id = `s${bench.arrangements.silence.length}`;
    const given = { id, match: { devices: [device] }, from: bench.now, until: bench.now + minutes * MIN, reason: "r" };
    const silence = silenceSchema.parse({
      ...given,
      by: "manager",
      createdAt: bench.now,
      untilCleared: minutes % 2 === 0,
    });
    bench.arrangements = { ...bench.arrangements, silence: [...bench.arrangements.silence, silence] };
  }

  private maintain(device: string): void {
    const { bench } = this;
    const start = Temporal.Instant.fromEpochMilliseconds(bench.now).toZonedDateTimeISO("UTC").toString().slice(0, 16);
    const maintenance = maintenanceSchema.parse({
      id: `m${bench.arrangements.maintenance.length}`,
      name: "work",
      match: { devices: [device] },
      window: { start, duration: "1h", timeZone: "UTC" },
      by: "manager",
      createdAt: bench.now,
    });
    bench.arrangements = { ...bench.arrangements, maintenance: [...bench.arrangements.maintenance, maintenance] };
  }

  private look(before: number): void {
    const { bench, wrong } = this;
    const { due } = bench.pipeline;
    if (due !== undefined && due <= bench.now) wrong.push(`it is due at ${due}, and it is ${bench.now}`);
    for (const { message, personId, key, queuedAt } of bench.messages.slice(before)) {
      for (const alert of message.alerts) {
        const isMine = (line: { alertId: string; personId: string | null }) =>
          line.alertId === alert.id && line.personId === personId;
        if (!bench.ledger.some((line) => isMine(line) && line.messageKey === key)) wrong.push(`no line for ${key}`);
        const isOver = message.occasion === "cleared" || message.occasion === "ended";
        const subject = subjectOf(alert, bench.world);
        const silence = silenceOver(subject, queuedAt, bench.world);
        const mayPass =
          alert.lifeSafety || message.occasion === "handover" || (isOver && silence?.untilCleared === true);
        if (silence !== undefined && !mayPass) wrong.push(`${key} is silenced by ${silence.id}`);
        if (!isOver) continue;
        // of a new episode of what comes and goes, people were told by the one before
        const { ruleId, deviceId } = alert;
        const wasTold = bench.ledger.some(
          (line) =>
            line.alertId.startsWith(`${ruleId}_${deviceId}_`) &&
            line.personId === personId &&
            (line.verdict === "told" ||
              (line.verdict === "withdrawn" && (alert.lifeSafety || alert.severity === "critical"))),
        );
        if (!wasTold) wrong.push(`${key} says that ${alert.id} is over to ${personId}, who never knew`);
      }
    }
  }
}

const settings = { numRuns: Number(process.env["LINLI_PROPERTY_RUNS"] ?? 300) };

describe("whatever happens, in whatever order", () => {
  it("a restart before any step changes no decision, byte for byte", () => {
    fc.assert(
      fc.property(course, (steps) => {
        const straight = new Played(steps, false);
        const restarted = new Played(steps, true);
        expect(restarted.bench.decisions.map((one) => JSON.stringify(one))).toEqual(
          straight.bench.decisions.map((one) => JSON.stringify(one)),
        );
        expect([...restarted.bench.cases]).toEqual([...straight.bench.cases]);
      }),
      settings,
    );
  });

  it("nobody hears of an end without a beginning, nobody is written to in a silence, every message has its line", () => {
    fc.assert(
      fc.property(course, (steps) => {
        expect(new Played(steps, false).wrong).toEqual([]);
      }),
      settings,
    );
  });

  it("every alert has its lines: somebody was told, or the ledger says why not; no key is used twice", () => {
    fc.assert(
      fc.property(course, (steps) => {
        const { bench, opened } = new Played(steps, false);
        const known = new Set(bench.ledger.map(({ alertId }) => alertId));
        expect(opened.filter((id) => !known.has(id))).toEqual([]);
        const keys = bench.messages.map(({ key }) => key);
        expect(new Set(keys).size).toBe(keys.length);
        expect(keys.filter((key) => key.length > 200)).toEqual([]);
      }),
      settings,
    );
  });

  it("what is over and settled is forgotten", () => {
    fc.assert(
      fc.property(course, (steps) => {
        const { bench, opened } = new Played(steps, false);
        bench.delivers = true;
        for (const id of opened)
          bench.change(id, "cleared", { active: false, clearedAt: bench.now, endedBy: "cleared" });
        bench.until(bench.now - T + 200 * HOUR);
        const left = [...bench.cases.keys()].filter((key) => !key.startsWith("h:"));
        expect(left).toEqual([]);
      }),
      settings,
    );
  });
});
