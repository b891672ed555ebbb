import { checkNumbers } from "@linli/alerting";
import { DEVICE_KINDS, LinliError, ROUTES, type Rule } from "@linli/model";
import type { FastifyInstance } from "fastify";
import { authorOf } from "../../access/identity.ts";
import { invalidField } from "../../errors/api-error.ts";
import type { Parts } from "../../parts.ts";
import { serve } from "../../serve.ts";
import { visibleOverrides } from "./rules.ts";

async function ruleInForce(parts: Parts, id: string): Promise<Rule> {
  const versions = (await parts.state.rules.current()).filter(({ rule }) => rule.id === id);
  const found = versions.find(({ standing }) => standing === "current") ?? versions[0];
  if (found === undefined) throw new LinliError("not-found", `there is no rule ${id}`);
  return found.rule;
}

/** Numbers of rules that are others on single devices. */
export function registerRuleOverrides(server: FastifyInstance, parts: Parts): void {
  const { rules } = parts.state;

  serve(server, parts, ROUTES.listRuleOverrides, async ({ query, who }) => {
    const visible = await visibleOverrides(parts, who);
    const isAsked = ({ ruleId, deviceId }: { ruleId: string; deviceId: string }) =>
      (query.rule ?? ruleId) === ruleId && (query.device ?? deviceId) === deviceId;
    return { items: visible.filter(isAsked) };
  });

  serve(server, parts, ROUTES.putRuleOverride, async ({ params: { ruleId }, device, body, who, request }) => {
    const rule = await ruleInForce(parts, ruleId);
    if (rule.kinds !== undefined && !rule.kinds.includes(device.kind)) {
      throw invalidField("ruleId", `the rule is not for a ${device.kind}`, ruleId);
    }
    if (Object.keys(body.params).length === 0) throw invalidField("params", "name at least one number");
    const problems = checkNumbers(rule, body.params, DEVICE_KINDS);
    if (problems.length > 0) throw new LinliError("invalid", "these numbers cannot be used", { problems });
    const override = { ruleId, deviceId: device.id, params: body.params, reason: body.reason };
    const author = authorOf(who, request.ip, parts.clock.now());
    await rules.putOverride(override, author);
    return { ...override, changedAt: author.at, changedBy: author.id };
  });

  serve(server, parts, ROUTES.removeRuleOverride, async ({ params: { ruleId }, query, device, who, request }) => {
    const removed = { ruleId, deviceId: device.id, params: {}, reason: query.reason ?? "" };
    await rules.putOverride(removed, authorOf(who, request.ip, parts.clock.now()));
  });
}
