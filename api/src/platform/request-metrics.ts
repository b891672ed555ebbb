import type { FastifyInstance } from "fastify";
import type { Parts } from "../parts.ts";

const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5];

/** How long requests take, by route and status, and what else the process holds. */
export function registerRequestMetrics(server: FastifyInstance, { metrics, streams, denials }: Parts): void {
  const durations = metrics.histogram("request_seconds", "Time to answer.", BUCKETS, ["method", "route", "status"]);
  metrics.gauge("streams", "Open event streams.", () => streams.size);
  metrics.gauge("denials_unaudited", "Refusals beyond what the audit log takes a minute.", () => denials.skipped);
  server.addHook("onResponse", async (request, reply) => {
    const labels = {
      method: request.method,
      // the pattern, never the path: a path would make a label of each id
      route: request.routeOptions.url ?? "none",
      status: String(reply.statusCode),
    };
    durations.observe(labels, reply.elapsedTime / 1_000);
  });
}
