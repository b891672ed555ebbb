import { ROUTES } from "@linli/model";
import type { FastifyInstance } from "fastify";
import { scopeOf } from "../../access/scope.ts";
import type { Parts } from "../../parts.ts";
import { collectPlatform, collectStats } from "../../platform/stats.ts";
import { serve } from "../../serve.ts";

export function registerPlatform(server: FastifyInstance, parts: Parts): void {
  serve(server, parts, ROUTES.getStats, async ({ who }) =>
    collectStats(parts, parts.ownStatus(), scopeOf(who.grants, "viewer")),
  );

  serve(server, parts, ROUTES.getPlatform, async () => collectPlatform(parts, parts.ownStatus()));

  serve(server, parts, ROUTES.health, async () => ({ status: "ok" as const }));

  serve(server, parts, ROUTES.readiness, async ({ reply }) => {
    const view = await parts.monitor.look();
    const waitingFor = [...view.statuses].filter(([, status]) => !status?.ready).map(([name]) => name);
    // anybody may ask this: the details, with their addresses and paths, are not told here
    const degraded = parts.monitor
      .faults(view)
      .filter(({ code }) => code !== "process.down")
      .map(({ code, subject, since }) => ({ code, subject, since }));
    if (waitingFor.length === 0) return { ready: true, waitingFor, degraded };
    return reply.code(503).type("application/json").send({ ready: false, waitingFor, degraded });
  });
}
