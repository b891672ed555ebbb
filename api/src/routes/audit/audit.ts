import { ROUTES } from "@linli/model";
import type { FastifyInstance } from "fastify";
import type { Parts } from "../../parts.ts";
import { serve } from "../../serve.ts";

export function registerAudit(server: FastifyInstance, parts: Parts): void {
  serve(server, parts, ROUTES.listAudit, async ({ query }) => {
    const { limit, after, ...given } = query;
    const filter = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
    const page = await parts.state.access.audit(filter, { limit, ...(after !== undefined && { after }) });
    return { ...page, items: [...page.items] };
  });
}
