import { ROUTES } from "@linli/model";
import type { FastifyInstance } from "fastify";
import { narrow, scopeOf } from "../../access/scope.ts";
import type { Parts } from "../../parts.ts";
import { serve } from "../../serve.ts";

const MOST_MEMBERS = 500;

export function registerIncidents(server: FastifyInstance, parts: Parts): void {
  const { alerts } = parts.state;

  serve(
    server,
    parts,
    ROUTES.listIncidents,
    async ({ query, who }) => {
      const { limit, after, open } = query;
      const scope = narrow(parts.registry, scopeOf(who.grants, "viewer"), query.in);
      if (scope?.length === 0) return { items: [], next: null, total: 0 };
      const filter = { ...(open !== undefined && { open }), ...(scope && { placeIds: scope }) };
      const page = await alerts.incidents(filter, { limit, ...(after !== undefined && { after }) });
      return { ...page, items: [...page.items] };
    },
    { unchecked: true },
  );

  serve(
    server,
    parts,
    ROUTES.getIncident,
    async ({ incident }) => {
      const openFirst = incident.members.toSorted((a, b) => Number(a.overAt !== null) - Number(b.overAt !== null));
      const shown = openFirst.slice(0, MOST_MEMBERS);
      const records = await Promise.all(shown.map(({ alertId }) => alerts.alert(alertId)));
      const known = records.filter((record) => record !== undefined);
      return { incident, alerts: await parts.alertItems.itemsOf(known) };
    },
    { unchecked: true },
  );
}
