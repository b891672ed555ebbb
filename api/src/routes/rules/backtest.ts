import { compileRule, RuleSet } from "@linli/alerting";
import { DEVICE_KINDS, type Device, days, LinliError, ROUTES, type Rule, seconds } from "@linli/model";
import type { FastifyInstance } from "fastify";
import { covers, narrow, type Scope, scopeOf } from "../../access/scope.ts";
import { storedWorld } from "../../arrangements/stored-world.ts";
import { Pace } from "../../backtest/pace.ts";
import { type PastAlert, replayDevice } from "../../backtest/replay.ts";
import { nightOf, tally, toldOf } from "../../backtest/tally.ts";
import { ApiError, invalidField } from "../../errors/api-error.ts";
import type { Parts } from "../../parts.ts";
import { checkedRule } from "../../rules/written-rule.ts";
import { type Call, serve } from "../../serve.ts";

const USUAL = days(7);
const LONGEST = days(92);
const MOST_DEVICES = 500;
const MOST_READINGS = 2_000_000;
/** Longer than this nobody waits for an answer. */
const LONGEST_RUN = seconds(50);

type Body = Call<typeof ROUTES.backtestRule>["body"];

async function ruleOf(parts: Parts, { ruleId, rule, yaml }: Body): Promise<Rule> {
  if (ruleId === undefined) return checkedRule({ rule, yaml }).rule;
  if (rule !== undefined || yaml !== undefined) throw invalidField("ruleId", "give one of `ruleId`, `rule` and `yaml`");
  const versions = (await parts.state.rules.current()).filter((one) => one.rule.id === ruleId);
  const found = versions.find(({ standing }) => standing === "candidate") ?? versions[0];
  if (found === undefined) throw new LinliError("not-found", `there is no rule ${ruleId}`);
  return found.rule;
}

function stretchOf({ from, to }: Body, now: number) {
  const end = Math.min(to ?? now, now);
  const stretch = { from: from ?? end - USUAL, to: end };
  if (stretch.from >= end) throw invalidField("from", "has to lie before `to`, and in the past", stretch.from);
  if (end - stretch.from > LONGEST) throw invalidField("from", "at most 92 days before `to`", stretch.from);
  return stretch;
}

function devicesFor({ registry }: Parts, rule: Rule, { devices }: Body, scope: Scope): Device[] {
  const asked = devices && new Set(devices);
  return [...registry.devices()].filter(
    ({ id, kind, placeId, retiredAt }) =>
      retiredAt === null &&
      (rule.kinds?.includes(kind) ?? true) &&
      (asked?.has(id) ?? true) &&
      covers(registry, scope, placeId),
  );
}

/** The rule as if it were in force, with those that would keep it silent. */
async function setWith(parts: Parts, rule: Rule): Promise<RuleSet> {
  const others = (await parts.state.rules.current()).filter(
    (one) => one.standing === "current" && one.rule.id !== rule.id && one.rule.replaces.includes(rule.id),
  );
  const tried: Rule = rule.start === "off" ? { ...rule, start: "armed" } : rule;
  const all = [{ rule: tried, version: 1 }, ...others];
  return new RuleSet(all.map((one) => compileRule(one.rule, { version: one.version, kinds: DEVICE_KINDS })));
}

/** A device's own numbers for each rule. */
async function numbersOf({ state }: Parts) {
  const overrides = await state.rules.overrides();
  const known = new Map(overrides.map(({ ruleId, deviceId, params }) => [`${ruleId} ${deviceId}`, params]));
  return (deviceId: string) => (ruleId: string) => known.get(`${ruleId} ${deviceId}`);
}

async function run(parts: Parts, { body, who, request }: Call<typeof ROUTES.backtestRule>, hasLeft: () => boolean) {
  const { settings, clock, series, state } = parts;
  const rule = await ruleOf(parts, body);
  const stretch = stretchOf(body, clock.now());
  const devices = devicesFor(parts, rule, body, narrow(parts.registry, scopeOf(who.grants, "viewer"), body.in));
  const { LINLI_TIME_ZONE: timeZone, LINLI_LATITUDE: latitude, LINLI_LONGITUDE: longitude } = settings;
  const rules = await setWith(parts, rule);
  const replay = { rules, ruleId: rule.id, site: { timeZone, latitude, longitude }, paramsOf: await numbersOf(parts) };
  const pace = new Pace(clock, LONGEST_RUN, hasLeft);
  const alerts: PastAlert[] = [];
  let [tested, readings, coarse, truncated] = [0, 0, false, devices.length > MOST_DEVICES];
  for (const device of devices.slice(0, MOST_DEVICES)) {
    const replayed = await replayDevice(replay, device, stretch, { sources: { series, state }, pace });
    if (replayed === undefined || readings > MOST_READINGS) {
      truncated = true;
      break;
    }
    if (replayed.spoke) tested += 1;
    readings += replayed.readings;
    coarse ||= replayed.coarse;
    alerts.push(...replayed.alerts);
  }
  const isNight = nightOf(timeZone);
  const summary = tally(alerts, stretch, isNight);
  const telling = new Pace(clock, LONGEST_RUN / 5, hasLeft);
  const told = await toldOf(summary.alerts, { rule, world: await storedWorld(parts), pace: telling, isNight });
  parts.log.info({ rule: rule.id, request: request.id, devices: tested, readings, opened: alerts.length }, "backtest");
  return {
    ...stretch,
    devices: { concerned: devices.length, tested },
    readings,
    truncated,
    coarse,
    ...summary,
    ...told,
  };
}

export function registerBacktest(server: FastifyInstance, parts: Parts): void {
  let isRunning = false;

  serve(
    server,
    parts,
    ROUTES.backtestRule,
    async (call) => {
      if (isRunning)
        throw new ApiError("rate-limited", "another backtest runs: try again soon", { retryAfterMs: 5_000 });
      isRunning = true;
      try {
        return await run(parts, call, () => call.reply.raw.destroyed);
      } finally {
        isRunning = false;
      }
    },
    { unchecked: true },
  );
}
