import { type Device, days, LinliError, ROUTES, type Rule, seconds } from "@linli/model";
import type { FastifyInstance } from "fastify";
import { covers, narrow, type Scope, scopeOf } from "../../access/scope.ts";
import { storedWorld } from "../../arrangements/stored-world.ts";
import { Pace } from "../../backtest/pace.ts";
import { pastAlerts } from "../../backtest/past-alerts.ts";
import { nightOf, tally, toldOf } from "../../backtest/tally.ts";
import { ApiError, invalidField } from "../../errors/api-error.ts";
import type { Parts } from "../../parts.ts";
import { checkedRule } from "../../rules/written-rule.ts";
import { type Call, serve } from "../../serve.ts";

const USUAL = days(7);
const LONGEST = days(92);
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

async function run(parts: Parts, { body, who, request }: Call<typeof ROUTES.backtestRule>, hasLeft: () => boolean) {
  const { clock, settings } = parts;
  const rule = await ruleOf(parts, body);
  const stretch = stretchOf(body, clock.now());
  const devices = devicesFor(parts, rule, body, narrow(parts.registry, scopeOf(who.grants, "viewer"), body.in));
  const past = await pastAlerts(parts, rule, { devices, stretch, pace: new Pace(clock, LONGEST_RUN, hasLeft) });
  const { alerts, tested, readings, truncated, coarse } = past;
  const isNight = nightOf(settings.LINLI_TIME_ZONE);
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
