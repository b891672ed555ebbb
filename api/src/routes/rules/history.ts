import { days, LinliError, ROUTES } from "@linli/model";
import type { RuleStatistics } from "@linli/stores";
import type { FastifyInstance } from "fastify";
import { covers, scopeOf } from "../../access/scope.ts";
import { invalidField } from "../../errors/api-error.ts";
import { scanPage } from "../../paging.ts";
import type { Parts } from "../../parts.ts";
import { serve } from "../../serve.ts";

const USUAL_SPAN = days(30);
const LONGEST_SPAN = days(400);

function precisionOf({ real, nuisance, known }: RuleStatistics): number | null {
  const judged = real + nuisance + known;
  return judged === 0 ? null : (real + known) / judged;
}

/** What became of rules: their versions, what they raised unseen, how good they are. */
export function registerRuleHistory(server: FastifyInstance, parts: Parts): void {
  const { rules, alerts } = parts.state;

  serve(
    server,
    parts,
    ROUTES.listRuleVersions,
    async ({ params: { id }, query: { limit, after } }) => {
      const page = await rules.versions(id, { limit, ...(after !== undefined && { after }) });
      if (page.total === 0) throw new LinliError("not-found", `there is no rule ${id}`);
      return { ...page, items: [...page.items] };
    },
    { unchecked: true },
  );

  serve(
    server,
    parts,
    ROUTES.getRuleVersion,
    async ({ params: { id, version } }) => {
      const found = await rules.version(id, version);
      if (found === undefined) throw new LinliError("not-found", `rule ${id} has no version ${version}`);
      return found;
    },
    { unchecked: true },
  );

  serve(
    server,
    parts,
    ROUTES.listShadowAlerts,
    async ({ params: { id }, query: { limit, after }, who }) => {
      const scope = scopeOf(who.grants, "manager");
      return scanPage(
        (request) => alerts.shadows(id, request),
        ({ deviceId }) => covers(parts.registry, scope, parts.registry.device(deviceId)?.placeId ?? null),
        { limit, ...(after !== undefined && { after }) },
      );
    },
    { unchecked: true },
  );

  serve(server, parts, ROUTES.ruleStatistics, async ({ query }) => {
    const to = query.to ?? parts.clock.now();
    const from = query.from ?? to - USUAL_SPAN;
    if (from >= to) throw invalidField("from", "has to lie before `to`", from);
    if (to - from > LONGEST_SPAN) throw invalidField("from", "at most 400 days before `to`", from);
    const found = await alerts.statistics(from, to);
    return { items: found.map((one) => ({ ...one, precision: precisionOf(one) })) };
  });
}
