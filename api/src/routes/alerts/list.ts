import { ROUTES } from "@linli/model";
import type { AlertFilter } from "@linli/stores";
import type { FastifyInstance } from "fastify";
import { narrow, scopeOf } from "../../access/scope.ts";
import type { Parts } from "../../parts.ts";
import { type Call, serve } from "../../serve.ts";

function filterOf(
  { query }: Call<typeof ROUTES.listAlerts>,
  placeIds: readonly string[] | null,
): { [K in keyof AlertFilter]?: AlertFilter[K] | undefined } {
  const { active, acknowledged, suppressed, latched, assignee, search, from, to } = query;
  return {
    ...{ active, acknowledged, suppressed, latched, assignee, search, from, to },
    severities: query.severity,
    kinds: query.kind,
    ruleIds: query.rule,
    deviceIds: query.device,
    incidentId: query.incident,
    placeIds: placeIds ?? undefined,
  };
}

export function registerAlertList(server: FastifyInstance, parts: Parts): void {
  const { alerts } = parts.state;

  serve(
    server,
    parts,
    ROUTES.listAlerts,
    async (call) => {
      const { query, who } = call;
      const scope = narrow(parts.registry, scopeOf(who.grants, "viewer"), query.in);
      if (scope?.length === 0) return { items: [], next: null, total: 0 };
      const { limit, after } = query;
      const given = Object.entries(filterOf(call, scope)).filter(([, value]) => value !== undefined);
      const filter: AlertFilter = Object.fromEntries(given);
      const page = await alerts.alerts(filter, { limit, ...(after !== undefined && { after }) });
      return { ...page, items: await parts.alertItems.itemsOf(page.items) };
    },
    { unchecked: true },
  );

  serve(server, parts, ROUTES.countAlerts, async ({ query, who }) => {
    const scope = narrow(parts.registry, scopeOf(who.grants, "viewer"), query.in);
    return alerts.counts(scope ?? undefined);
  });
}
