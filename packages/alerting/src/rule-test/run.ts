import { type DeviceKind, findPoint, formatDuration, LinliError, type Problem, type Rule } from "@linli/model";
import { compileRule } from "../compile/rule.ts";
import { RuleSet } from "../rule-set.ts";
import { type Happening, happeningsOf } from "./happenings.ts";
import type { RuleTest, RuleTestCase } from "./test-file.ts";
import { VirtualDevice } from "./virtual-device.ts";

/** What one case came to; no failures = it passed. Each failure is one line that a person can read. */
export interface RuleTestResult {
  readonly name: string;
  readonly failures: readonly string[];
}

export interface RuleTestOptions {
  readonly kinds: ReadonlyMap<string, DeviceKind>;
  /** Rules that are in force beside it: those that replace it, or that it replaces. */
  readonly others?: readonly Rule[];
}

/** Failures show so much of what happened. */
const MOST_TOLD = 6;

type Expectation = RuleTestCase["expect"][number];

/** Names of the inputs and of the device that its kind does not know: such a test would pass for the wrong reason. */
function unknownNames(test: RuleTest, kind: DeviceKind, isPoint: (name: string) => boolean): Problem[] {
  return test.cases.flatMap((one, caseIndex) =>
    one.input.flatMap((input, index) => {
      const field = `cases.${caseIndex}.input.${index}`;
      const points = Object.keys(input.reading ?? {}).filter((name) => !isPoint(name));
      const problems = points.map((name) => ({ field, value: name, message: `${kind.id} has no such point` }));
      const type = input.event?.type;
      if (type === undefined || Object.hasOwn(kind.events, type)) return problems;
      return [...problems, { field, value: type, message: `${kind.id} has no such event` }];
    }),
  );
}

/**
 * Runs the cases of a test against its rule, in virtual time. Fails with `invalid` when the rule cannot be compiled or
 * the test speaks of another rule, an unknown kind, point or event.
 */
export function runRuleTest(rule: Rule, test: RuleTest, { kinds, others = [] }: RuleTestOptions): RuleTestResult[] {
  if (test.rule !== rule.id) throw new LinliError("invalid", `the test is for ${test.rule}, not for ${rule.id}`);
  const kind = kinds.get(test.device.kind);
  if (kind === undefined) throw new LinliError("invalid", `no such kind: ${test.device.kind}`);
  const problems = unknownNames(test, kind, (name) => findPoint(kind, name) !== undefined);
  if (problems.length > 0) throw new LinliError("invalid", `the test of ${rule.id} cannot be run`, { problems });
  // what a rule ships as is for people to change: its test runs it all the same
  const inForce = { ...rule, start: rule.start === "off" ? ("informational" as const) : rule.start };
  const compiled = [inForce, ...others].map((one) => compileRule(one, { version: 1, kinds }));
  const rules = new RuleSet(compiled);
  return test.cases.map((one) => ({ name: one.name, failures: runCase(test, one, { rules, kind }) }));
}

function runCase(
  test: RuleTest,
  { input, expect, params }: RuleTestCase,
  { rules, kind }: { rules: RuleSet; kind: DeviceKind },
): string[] {
  const paramsOf = params && ((ruleId: string) => (ruleId === test.rule ? params : undefined));
  const site = {
    timeZone: test.site.timeZone,
    ...(test.site.latitude !== undefined && { latitude: test.site.latitude }),
    ...(test.site.longitude !== undefined && { longitude: test.site.longitude }),
  };
  const device = new VirtualDevice({ rules, kind, site, tags: test.device.tags, paramsOf }, test.start);
  const waiting = happeningsOf(input);
  const failures: string[] = [];
  let next = 0;
  for (const expectation of expect.toSorted((a, b) => a.at - b.at)) {
    // what happens at the moment of an expectation has happened
    for (; next < waiting.length && (waiting[next] as Happening).at <= expectation.at; next++) {
      happen(device, test, waiting[next] as Happening);
    }
    device.until(test.start + expectation.at);
    failures.push(...check(device, test, expectation));
  }
  return failures.map((failure) => (failure.startsWith("expected") ? failure + nearest(device, test) : failure));
}

function happen(device: VirtualDevice, { start, rule }: RuleTest, { at, observed, what, values }: Happening): void {
  const now = start + at;
  const { reading, event, connection, close, replaced, blind, retired } = what;
  if (reading) device.values(now, values, { observedAt: start + observed, historical: what.historical ?? false });
  if (event) device.event(now, event.type, { data: event.data, observedAt: start + observed });
  if (connection) device.connect(now, connection);
  if (close) device.close(now, rule, close);
  if (replaced) device.signal(now, { type: "replaced" });
  if (blind !== undefined) device.blind(now, blind);
  if (retired) device.signal(now, { type: "retired", by: retired });
}

/** `+1m30s`, from the start of the test. */
function offset(ms: number): string {
  return ms % 60_000 === 0 || ms < 60_000 ? formatDuration(ms) : `${Math.floor(ms / 60_000)}m${(ms % 60_000) / 1_000}s`;
}

function check(device: VirtualDevice, { rule, start }: RuleTest, wanted: Expectation): string[] {
  const state = device.rules.state(rule);
  const found = state?.alert?.severity ?? "none";
  const when = offset(wanted.at);
  const failures: string[] = [];
  if (found !== wanted.alert) {
    const asked = wanted.alert === "none" ? `no ${rule}` : `${rule} ${wanted.alert}`;
    failures.push(`expected ${asked} at ${when}, got ${found}`);
  }
  const stale = state?.alert?.stale ?? false;
  if (wanted.stale !== undefined && wanted.stale !== stale) {
    failures.push(
      `expected ${rule} ${wanted.stale ? "stale" : "not stale"} at ${when}, but it is${stale ? "" : " not"}`,
    );
  }
  const pending = state !== undefined && Object.values(state.levels).some(({ raised }) => !raised);
  if (wanted.pending !== undefined && wanted.pending !== pending) {
    failures.push(
      `expected ${rule} ${wanted.pending ? "pending" : "not pending"} at ${when}, but it is${pending ? "" : " not"}`,
    );
  }
  const episodes = device.effects.filter(
    ({ change, alert }) => change === "opened" && alert.ruleId === rule && alert.openedAt <= start + wanted.at,
  );
  if (wanted.episodes !== undefined && wanted.episodes !== episodes.length) {
    failures.push(`expected ${wanted.episodes} episodes of ${rule} until ${when}, got ${episodes.length}`);
  }
  return failures;
}

/** What did happen, so that nobody has to run it again to see. */
function nearest(device: VirtualDevice, { rule, start }: RuleTest): string {
  const told = device.effects
    .filter(({ alert }) => alert.ruleId === rule)
    .map(({ change, alert, at }) => `${change} ${alert.severity} at ${offset(at - start)}`);
  if (told.length === 0) return "; nearest: it never opened";
  const more = told.length > MOST_TOLD ? `, and ${told.length - MOST_TOLD} more` : "";
  return `; nearest: ${told.slice(0, MOST_TOLD).join(", ")}${more}`;
}
