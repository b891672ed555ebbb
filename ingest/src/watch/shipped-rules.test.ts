import { readFile } from "node:fs/promises";
import { type Happening, happeningsOf, parseRuleTest, type RuleTest } from "@linli/alerting";
import { type Alert, DEVICE_KINDS, days, type Rule, seconds } from "@linli/model";
import { loadShippedRules, relatedRules, shippedRuleFiles, testFileOf } from "@linli/rules";
import type { JournalEntry, JournalRecord } from "@linli/stores";
import { describe, expect, it } from "vitest";
import { device, limits, registryOf } from "../testing/context.ts";
import { entry, published } from "../testing/entries.ts";
import { bookOf } from "../testing/rule-books.ts";
import { Watch } from "./step.ts";

/** What the runner of rule tests makes happen at will, and a journal cannot say in one record. */
const BEYOND_A_JOURNAL = ["connection", "blind", "replaced", "retired", "close"] as const;
/** The broker's ticks; a longer pause would mean that it was blind. */
const TICK = seconds(4);
/** Weeks of ticks would say nothing more than days. */
const LONGEST = days(2);

const { rules } = await loadShippedRules();
const tests = await Promise.all(
  (await shippedRuleFiles()).map(async (file) => {
    const { test } = parseRuleTest(await readFile(testFileOf(file), "utf8"), file);
    const rule = rules.find(({ id }) => id === test?.rule);
    if (test === undefined || rule === undefined) throw new Error(`${file} has no test`);
    return { test, rule };
  }),
);

function recordOf({ at, observed, what, values }: Happening, start: number): JournalEntry {
  const ts = start + observed;
  if (what.event) return published("d1", start + at, { ts, ...what.event }, "event");
  const body = { ts, values };
  // a list is what a device buffered
  return published("d1", start + at, what.historical ? [body] : body);
}

/** What stands in the journal up to each of these moments, one after the other: what happens, and ticks in between. */
function* journalOf(happenings: readonly Happening[], start: number, moments: readonly number[]) {
  let tick = start;
  let sequence = 0;
  let next = 0;
  const record = (given: JournalEntry): JournalRecord => {
    const position = `p${String(sequence).padStart(8, "0")}`;
    return { ...given, sequence: sequence++, position };
  };
  for (const moment of moments) {
    for (; tick <= start + moment || (happenings[next]?.at ?? moment + 1) <= moment; ) {
      const happening = happenings[next];
      const comes = happening !== undefined && happening.at <= moment && start + happening.at <= tick;
      if (comes) next++;
      else if (tick > start + moment) break;
      else tick += TICK;
      yield record(comes ? recordOf(happening, start) : entry("tick", tick - TICK));
    }
    yield record(entry("tick", start + moment));
    yield moment;
  }
}

function watchOf(rule: Rule, test: RuleTest): Watch {
  const { kind, tags } = test.device;
  const { timeZone, latitude = 0, longitude = 0 } = test.site;
  // these cases are about values, not about silence
  const own = device("d1", { kind, tags: { ...tags }, offlineAfterMs: days(400), createdAt: test.start });
  const inForce = { ...rule, start: rule.start === "off" ? ("informational" as const) : rule.start };
  const book = bookOf([inForce, ...relatedRules(rule, rules, kind)]);
  const site = { timeZone, latitude, longitude };
  const options = { registry: registryOf([own]), kinds: DEVICE_KINDS, limits, rules: book, site };
  return new Watch(options, { checkpoint: undefined, states: [], rules: [] });
}

const byTime = (a: { readonly at: number }, b: { readonly at: number }) => a.at - b.at;

const played = tests
  .map(({ rule, test }) => ({
    ...{ rule, test },
    cases: test.cases.filter(
      ({ input, params, expect: wanted }) =>
        params === undefined &&
        !input.some((one) => BEYOND_A_JOURNAL.some((key) => key in one)) &&
        wanted.every(({ at }) => at <= LONGEST),
    ),
  }))
  .filter(({ cases }) => cases.length > 0);

describe.each(played)("$rule.id, in watch as in its own test", ({ rule, test, cases }) => {
  it.each(cases)("$name", ({ input, expect: wanted }) => {
    const watch = watchOf(rule, test);
    const expected = wanted.toSorted(byTime);
    const found: string[] = [];
    let open = "none";
    for (const next of journalOf(
      happeningsOf(input),
      test.start,
      expected.map(({ at }) => at),
    )) {
      if (typeof next === "number") found.push(open);
      else {
        watch.apply(next, true);
        for (const { data } of watch.takeEffects().transitions) {
          const alert = data.alert as Alert | undefined;
          if (alert?.ruleId === rule.id) open = alert.active ? alert.severity : "none";
        }
      }
    }
    expect(found).toEqual(expected.map(({ alert }) => alert));
  });
});
