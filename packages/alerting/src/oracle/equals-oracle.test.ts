import { DEVICE_KINDS, type DeviceKind, type PointValue, type Rule } from "@linli/model";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileRule } from "../compile/rule.ts";
import { RuleSet } from "../rule-set.ts";
import { VirtualDevice } from "../rule-test/virtual-device.ts";
import { testRule } from "../testing/bench-device.ts";
import type { Happened } from "./history.ts";
import { transitionsOf } from "./transitions.ts";

const MIN = 60_000;
const START = Date.UTC(2026, 5, 1);
const LENGTH = 190;
/** What is late, or comes again, has come before the end. */
const LONGEST_DELAY = 60;
const END = START + LENGTH * MIN;
const SITE = { timeZone: "Asia/Shanghai" };

function elevator(): DeviceKind {
  const kind = DEVICE_KINDS.get("elevator");
  if (kind === undefined) throw new Error("no kind");
  return kind;
}
const KIND = elevator();

/** `machineRoomTemperature` and `driveTemperature` are measured in a rhythm, the others are told on change. */
const MEASURED = ["driveTemperature", "machineRoomTemperature"] as const;
const measured = fc.constantFrom(...MEASURED);
const number = fc.integer({ min: 30, max: 50 });
/** Now and then what no sensor can have measured. */
const sensed = fc.oneof({ weight: 9, arbitrary: number }, { weight: 1, arbitrary: fc.constantFrom(9_999, -9_999) });
const flag = fc.constantFrom("occupied", "passengerAlarm");
const span = (longest: number) => fc.integer({ min: 1, max: longest }).map((minutes) => `${minutes}m`);

const limit = fc.oneof(
  number.map((above) => ({ above })),
  number.map((below) => ({ below })),
  number.map((atLeast) => ({ atLeast })),
);
const plain = fc.oneof(
  fc.tuple(measured, limit).map(([point, asked]) => ({ point, ...asked })),
  fc.tuple(flag, fc.boolean()).map(([point, equals]) => ({ point, equals })),
);
const banded = fc
  .tuple(measured, number, fc.integer({ min: 1, max: 5 }))
  .map(([point, above, deadband]) => ({ point, above, deadband }));
const ofTime = fc.oneof(
  fc
    .tuple(measured, span(30), fc.constantFrom("mean", "min", "max"), limit)
    .map(([point, over, fn, asked]) => ({ window: { point, over, fn, ...asked } })),
  fc
    .tuple(measured, span(30), limit)
    .map(([point, over, asked]) => ({ meanKineticTemperature: { point, over, ...asked } })),
  fc
    .tuple(measured, span(30), fc.integer({ min: -10, max: 10 }))
    .map(([point, over, above]) => ({ rate: { point, per: "10m", over, above } })),
  fc.tuple(measured, span(20)).map(([point, longerThan]) => ({ stuck: { point, longerThan } })),
  measured.map((faulty) => ({ faulty })),
  plain.map((one) => ({ ...one, lastKnown: true })),
  span(30).map((longerThan) => ({ absent: { longerThan } })),
  fc.tuple(measured, span(30)).map(([point, longerThan]) => ({ absent: { point, longerThan } })),
  fc.constantFrom("offline", "late").map((state) => ({ connection: [state] })),
);
const moment = fc.oneof(
  plain,
  fc.tuple(plain, plain).map((all) => ({ all })),
  fc.tuple(plain, plain).map((any) => ({ any })),
);
const summed = fc.oneof(
  fc
    .tuple(moment, fc.integer({ min: 1, max: 20 }), fc.integer({ min: 20, max: 120 }))
    .map(([of, atLeast, within]) => ({ total: { of, atLeast: `${atLeast}m`, within: `${within}m` } })),
  fc
    .tuple(fc.oneof(plain, fc.constant({ event: "doorOpenWhileRunning" })), fc.integer({ min: 1, max: 4 }), span(60))
    .map(([of, atLeast, within]) => ({ count: { of, atLeast, within } })),
);
const leaf = fc.oneof(plain, banded, ofTime, summed);
const condition = fc.oneof(
  { weight: 4, arbitrary: leaf },
  { weight: 1, arbitrary: fc.array(leaf, { minLength: 2, maxLength: 3 }).map((all) => ({ all })) },
  { weight: 1, arbitrary: fc.array(leaf, { minLength: 2, maxLength: 3 }).map((any) => ({ any })) },
  { weight: 1, arbitrary: leaf.map((not) => ({ not })) },
  { weight: 1, arbitrary: fc.constant({ event: "entrapment" }) },
);
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const level = fc
  .record({ when: condition, for: maybe(span(10)), clearFor: span(10), clear: maybe(plain) })
  .map((given) => {
    const isEvent = "event" in given.when;
    return Object.fromEntries(
      Object.entries(given).filter(([name, value]) => value !== undefined && !(isEvent && name === "for")),
    ) as typeof given;
  });
const rules = fc
  .record({ first: level, second: maybe(level), latched: fc.constantFrom(false, false, false, true) })
  .map(({ first, second, latched }): Rule => {
    const higher = second === undefined ? [] : [{ ...second, severity: "critical" }];
    return testRule({ latched, levels: [{ ...first, severity: "medium" }, ...higher] } as Parameters<
      typeof testRule
    >[0]);
  });

const values = fc
  .record(
    { driveTemperature: sensed, machineRoomTemperature: sensed, occupied: fc.boolean(), passengerAlarm: fc.boolean() },
    { requiredKeys: [] },
  )
  .filter((one) => Object.keys(one).length > 0);
const happening = fc.oneof(
  { weight: 12, arbitrary: values.map((given) => ({ values: given as Record<string, PointValue> })) },
  { weight: 1, arbitrary: fc.constantFrom("entrapment", "doorOpenWhileRunning").map((event) => ({ event })) },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom("offline" as const, "late" as const, "online" as const)
      .map((connection) => ({ connection })),
  },
);
/** A stretch in which the device repeats one or two messages in turn; a long one is a gap. */
const stretch = fc.record({
  every: fc.constantFrom(1, 1, 1, 2, 5, 20),
  times: fc.integer({ min: 1, max: 15 }),
  says: fc.array(happening, { minLength: 1, maxLength: 2 }),
});
const histories = fc.array(stretch, { minLength: 1, maxLength: 14 }).map((stretches): Happened[] => {
  const all = stretches.flatMap(({ every, times, says }) =>
    Array.from({ length: times }, (_, step) => ({ after: every, ...(says[step % says.length] ?? {}) })),
  );
  let minute = 0;
  return all.flatMap(({ after, ...what }): Happened[] => {
    minute += after;
    return minute <= LENGTH - LONGEST_DELAY ? [{ at: START + minute * MIN, ...what }] : [];
  });
});

function rulesOf(rule: Rule, version = 1): RuleSet {
  return new RuleSet([compileRule(rule, { version, kinds: DEVICE_KINDS })]);
}

const SPANS = new Set(["for", "clearFor", "over", "per", "longerThan", "within"]);

/** The rule with a name in place of each length of time and limit, and what each stands for on the device. */
function withNames(rule: Rule): { readonly named: Rule; readonly own: Readonly<Record<string, number>> } {
  const own: Record<string, number> = {};
  const params: Record<string, number> = {};
  const levels = JSON.parse(JSON.stringify(rule.levels), (key, value: unknown) => {
    if (typeof value !== "number" || !(SPANS.has(key) || key === "above" || key === "below")) return value;
    const name = `n${Object.keys(own).length}`;
    own[name] = value;
    // windows that are longer hold whatever is asked of them
    params[name] = SPANS.has(key) ? 24 * 60 * MIN : 1;
    return `$${name}`;
  }) as Rule["levels"];
  return { named: { ...rule, levels, params }, own };
}

function deviceOf(rule: Rule): VirtualDevice {
  return new VirtualDevice({ rules: rulesOf(rule), kind: KIND, site: SITE }, START);
}

function happen(device: VirtualDevice, { at, values: said, event, connection }: Happened, from = at): void {
  if (said) device.values(at, said, { observedAt: from });
  if (event) device.event(at, event, { observedAt: from });
  if (connection) device.connect(at, connection);
}

/** Another value of each point, for the same moment. */
function contradicted(said: Readonly<Record<string, PointValue>>): Record<string, PointValue> {
  const entries = Object.entries(said).map(([point, value]) => {
    return [point, typeof value === "number" ? 90 - value : !value] as const;
  });
  return Object.fromEntries(entries);
}

function told(device: VirtualDevice) {
  return device.effects
    .filter(({ change }) => change !== "seen")
    .map(({ at, change, alert }) => [at, change, alert.severity] as const);
}

function play(
  rule: Rule,
  history: readonly Happened[],
  between: (device: VirtualDevice, index: number) => void = () => undefined,
) {
  const device = deviceOf(rule);
  for (const [index, happened] of history.entries()) {
    happen(device, happened);
    between(device, index);
  }
  device.until(END + 1);
  return device;
}

/** In the moment of the last message. */
function intervene(device: VirtualDevice, what: string, edited: Rule): void {
  const at = device.time;
  if (what === "blind") device.signal(at, { type: "blind", gapMs: 7 * MIN });
  else if (what === "closed") device.close(at, edited.id, { by: "person:li", outcome: "real" });
  else if (what === "replaced") device.signal(at, { type: "replaced" });
  else device.rulesChanged(at, rulesOf(edited, 2), "person:wang");
}

const numRuns = Number(process.env["LINLI_PROPERTY_RUNS"] ?? 60);
const RUNS = { numRuns };
const TIMEOUT = 10_000 + numRuns * 100;

/** Whether nothing but values moves it: a message that comes once more is still a sign of life. */
function isOfValues(rule: Rule): boolean {
  return !/"(absent|connection)"/.test(JSON.stringify(rule.levels));
}

function sumsUp(rule: Rule): boolean {
  return /"(total|window|meanKineticTemperature|rate)"/.test(JSON.stringify(rule.levels));
}

describe("the engine", () => {
  it(
    "says of a clean series what the oracle says, whatever the rule",
    () => {
      fc.assert(
        fc.property(rules, histories, (rule, history) => {
          const oracle = transitionsOf(rule, history, { kind: KIND, start: START, end: END });
          expect(told(play(rule, history))).toEqual(oracle);
        }),
        RUNS,
      );
    },
    TIMEOUT,
  );

  it(
    "says by a device's own numbers what it says by a rule that has them written out",
    () => {
      fc.assert(
        fc.property(rules, histories, (rule, history) => {
          const { named, own } = withNames(rule);
          const paramsOf = () => own;
          const device = new VirtualDevice({ rules: rulesOf(named), kind: KIND, site: SITE, paramsOf }, START);
          for (const happened of history) happen(device, happened);
          device.until(END + 1);
          expect(told(device)).toEqual(told(play(rule, history)));
        }),
        RUNS,
      );
    },
    TIMEOUT,
  );

  it(
    "says the same when it is stopped and loaded between any two steps, whatever people and outages do",
    () => {
      const others = fc.array(fc.tuple(fc.nat(), fc.constantFrom("blind", "closed", "edited", "replaced")), {
        maxLength: 4,
      });
      const stops = fc.array(fc.boolean(), { minLength: 1, maxLength: 7 });
      fc.assert(
        fc.property(rules, rules, histories, others, stops, (rule, edited, history, done, stopping) => {
          const change = (device: VirtualDevice, index: number) => {
            for (const [which, what] of done) {
              if (which % history.length === index) intervene(device, what, edited);
            }
          };
          let step = 0;
          const cut = play(rule, history, (device, index) => {
            change(device, index);
            if (stopping[step++ % stopping.length]) device.restart();
          });
          expect(cut.effects).toEqual(play(rule, history, change).effects);
        }),
        RUNS,
      );
    },
    TIMEOUT,
  );

  it(
    "says the same when messages come up to ten times, up to an hour later, even with other values",
    () => {
      const repeats = fc.array(
        fc.tuple(fc.nat(), fc.integer({ min: 0, max: LONGEST_DELAY }), fc.integer({ min: 1, max: 10 }), fc.boolean()),
      );
      fc.assert(
        fc.property(rules.filter(isOfValues), histories, repeats, (rule, given, again) => {
          // whether it is online is told by any sign of life, so that part is left out
          const history = given.filter(({ connection }) => connection === undefined);
          const extra = again.flatMap(([which, later, times, other]) => {
            const happened = history[which % Math.max(1, history.length)];
            if (happened === undefined) return [];
            const { at: from, values: said } = happened;
            const values = said && other ? contradicted(said) : said;
            return Array.from({ length: times }, () => ({
              ...happened,
              ...(values && { values }),
              from,
              at: from + later * MIN,
            }));
          });
          const device = deviceOf(rule);
          const all = [...history.map((happened) => ({ ...happened, from: happened.at })), ...extra];
          for (const { from, ...happened } of all.toSorted((a, b) => a.at - b.at)) happen(device, happened, from);
          device.until(END + 1);
          expect(told(device)).toEqual(told(play(rule, history)));
        }),
        RUNS,
      );
    },
    TIMEOUT,
  );

  it(
    "says of what comes late what it would say had it not been sent, unless it sums up",
    () => {
      const delays = fc.array(fc.integer({ min: 1, max: LONGEST_DELAY }), { minLength: 1, maxLength: 10 });
      fc.assert(
        fc.property(
          rules.filter((rule) => isOfValues(rule) && !sumsUp(rule)),
          histories,
          delays,
          fc.infiniteStream(fc.integer({ min: 0, max: 4 })),
          (rule, given, late, dice) => {
            const history = given.filter(({ values: said }) => said !== undefined);
            const drawn = history.map((happened, index) => {
              const isLate = dice.next().value === 0;
              return { happened, arrives: happened.at + (isLate ? (late[index % late.length] ?? 1) * MIN : 0) };
            });
            const prompt = drawn.filter(({ happened, arrives }) => arrives === happened.at);
            // late for good: whatever it tells of, something newer was told before it came
            const isOvertaken = ({ happened, arrives }: (typeof drawn)[number]) =>
              Object.keys(happened.values ?? {}).every((point) =>
                prompt.some(({ happened: { at, values: said } }) => {
                  return at > happened.at && at < arrives && said !== undefined && point in said;
                }),
              );
            const sent = drawn.map((one) => (isOvertaken(one) ? one : { ...one, arrives: one.happened.at }));
            const device = deviceOf(rule);
            for (const { happened, arrives } of sent.toSorted((a, b) => a.arrives - b.arrives)) {
              happen(device, { ...happened, at: arrives }, happened.at);
            }
            device.until(END + 1);
            const counted = sent.filter(({ happened, arrives }) => arrives === happened.at);
            const clean = play(
              rule,
              counted.map(({ happened }) => happened),
            );
            expect(told(device)).toEqual(told(clean));
          },
        ),
        RUNS,
      );
    },
    TIMEOUT,
  );

  it(
    "sums up the same whatever the order in which readings come",
    () => {
      const readings = fc.uniqueArray(fc.tuple(fc.integer({ min: 0, max: 120 }), number), {
        minLength: 2,
        maxLength: 60,
        selector: ([minute]) => minute,
      });
      const sums = fc.oneof(
        ofTime.filter((one) => "window" in one || "meanKineticTemperature" in one || "rate" in one),
        fc
          .tuple(measured, number, fc.integer({ min: 1, max: 60 }))
          .map(([point, above, least]) => ({ total: { of: { point, above }, atLeast: `${least}m`, within: "2h" } })),
      );
      fc.assert(
        fc.property(sums, readings, fc.infiniteStream(fc.nat()), (when, all, dice) => {
          const rule = testRule({ latched: true, levels: [{ severity: "high", when }] } as Parameters<
            typeof testRule
          >[0]);
          const orders = [all.toSorted(([a], [b]) => a - b), all.toSorted(() => (dice.next().value % 2) - 0.5)];
          const remembered = orders.map((order) => {
            const device = deviceOf(rule);
            for (const point of MEASURED) {
              for (const [minute, value] of order) {
                device.values(END, { [point]: value }, { observedAt: START + minute * MIN });
              }
            }
            return device.rules.state(rule.id)?.memory;
          });
          expect(remembered[0]).toEqual(remembered[1]);
        }),
        RUNS,
      );
    },
    TIMEOUT,
  );

  it(
    "misses no sum because its readings came in another order, up to an hour late",
    () => {
      const readings = fc.uniqueArray(fc.tuple(fc.integer({ min: 0, max: 100 }), number, fc.nat({ max: 60 })), {
        minLength: 2,
        maxLength: 40,
        selector: ([minute]) => minute,
      });
      fc.assert(
        fc.property(readings, number, fc.integer({ min: 1, max: 40 }), (all, above, least) => {
          const of = { point: "driveTemperature", above };
          const when = { total: { of, atLeast: `${least}m`, within: "4h" } };
          const rule = testRule({ latched: true, levels: [{ severity: "high", when }] });
          const opens = (late: boolean) => {
            const device = deviceOf(rule);
            const sent = all.map(([minute, value, delay]) => ({ minute, value, at: minute + (late ? delay : 0) }));
            for (const { minute, value, at } of sent.toSorted((a, b) => a.at - b.at)) {
              device.values(START + at * MIN, { driveTemperature: value }, { observedAt: START + minute * MIN });
            }
            device.until(END);
            return told(device).some(([, change]) => change === "opened");
          };
          expect(opens(true) || !opens(false)).toBe(true);
        }),
        RUNS,
      );
    },
    TIMEOUT,
  );
});
