import { DEVICE_KINDS, kindDescription, LinliError, ROUTES } from "@linli/model";
import type { FastifyInstance } from "fastify";
import type { Parts } from "../../parts.ts";
import { serve } from "../../serve.ts";

export function registerKinds(server: FastifyInstance, parts: Parts): void {
  const described = [...DEVICE_KINDS.values()].map(kindDescription);

  serve(server, parts, ROUTES.listKinds, async () => ({ items: described }), { unchecked: true });

  serve(server, parts, ROUTES.getKind, async ({ params }) => {
    const kind = described.find(({ id }) => id === params.id);
    if (!kind) throw new LinliError("not-found", `no such kind: ${params.id}`);
    return kind;
  });
}
