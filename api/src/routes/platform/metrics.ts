import { LinliError } from "@linli/model";
import type { Fault } from "@linli/runtime";
import { hashToken, sameHash } from "@linli/runtime";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { isLoopback } from "../../access/loopback.ts";
import { scopeOf } from "../../access/scope.ts";
import { NEIGHBOURS } from "../../neighbours/neighbours.ts";
import type { Parts } from "../../parts.ts";

/**
 * Open to this machine itself (not to what a proxy on it passes on); else the token made for it, or one with a right to
 * view everywhere.
 */
async function assertMayScrape(parts: Parts, request: FastifyRequest): Promise<void> {
  const token = /^Bearer +(\S{1,500})$/i.exec(request.headers.authorization ?? "")?.[1];
  if (token === undefined) {
    if (isLoopback(request)) return;
    throw new LinliError("unauthenticated", "metrics take a token, unless asked for from this machine");
  }
  const own = parts.settings.LINLI_METRICS_TOKEN;
  if (own !== undefined && sameHash(hashToken(token), hashToken(own))) return;
  const who = await parts.authenticator.byToken(token);
  if (!who) throw new LinliError("unauthenticated", "this token is not valid");
  if (scopeOf(who.grants, "viewer") !== null)
    throw new LinliError("forbidden", "this takes the role viewer everywhere");
}

async function textOf(parts: Parts, process: string): Promise<string | undefined> {
  try {
    return await parts.neighbours.metrics(process);
  } catch {
    // no answer: linli_up says so
    return undefined;
  }
}

const label = (text: string) => text.replace(/[\\"\n]/g, (sign) => (sign === "\n" ? "\\n" : `\\${sign}`));

/** What is wrong with the platform, a series for each open fault. */
function faultLines(faults: readonly Fault[]): string[] {
  const lines = faults.map(({ code, subject }) => `linli_fault{code="${label(code)}",subject="${label(subject)}"} 1`);
  return ["# HELP linli_fault Open faults of the platform itself.", "# TYPE linli_fault gauge", ...lines];
}

/** Prometheus text of every process; each has names of its own, `linli_up` says which of them answered. */
export function registerMetrics(server: FastifyInstance, parts: Parts): void {
  server.get("/metrics", { schema: { hide: true } }, async (request, reply) => {
    await assertMayScrape(parts, request);
    const [view, ...texts] = await Promise.all([
      parts.monitor.look(),
      ...NEIGHBOURS.map((name) => textOf(parts, name)),
    ]);
    const up = NEIGHBOURS.map((name, index) => `linli_up{process="${name}"} ${texts[index] === undefined ? 0 : 1}`);
    const head = ["# HELP linli_up Whether the process answered.", "# TYPE linli_up gauge", ...up];
    reply.type("text/plain; version=0.0.4; charset=utf-8");
    const faults = faultLines(parts.monitor.faults(view));
    return [...head, ...faults, "", await parts.metrics.text(), ...texts.filter((text) => text !== undefined)].join(
      "\n",
    );
  });
}
