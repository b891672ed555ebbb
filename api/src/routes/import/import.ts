import { type ImportReport, LinliError, ROUTES } from "@linli/model";
import { decodeText, type ImportRegistry, type ImportResult } from "@linli/stores";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { authorOf, type Identity } from "../../access/identity.ts";
import { covers, scopeOf } from "../../access/scope.ts";
import { checkCsv } from "../../import/read-csv.ts";
import type { Parts } from "../../parts.ts";
import { serve } from "../../serve.ts";

function csvOf(request: FastifyRequest): string {
  const bytes = request.body;
  if (!Buffer.isBuffer(bytes) || bytes.length === 0) throw new LinliError("invalid", "the body is empty");
  if (!request.headers["content-type"]?.startsWith("application/json")) return decodeText(bytes);
  let csv: unknown;
  try {
    ({ csv } = JSON.parse(bytes.toString()) as { csv: unknown });
  } catch (error) {
    throw new LinliError("invalid", `the body is not JSON: ${(error as Error).message.slice(0, 200)}`);
  }
  if (typeof csv !== "string") throw new LinliError("invalid", 'expected {"csv": "…"}');
  return csv;
}

/** The registry as this caller may import into it. */
async function registryFor(parts: Parts, who: Identity): Promise<ImportRegistry> {
  const { registry } = parts.state;
  const scope = scopeOf(who.grants, "manager");
  const places = [...parts.registry.places()].filter(({ id }) => covers(parts.registry, scope, id));
  const taken = new Set((await registry.allDevices()).map(({ id }) => id));
  const tokens = new Set((await registry.credentials()).map(({ hash }) => Buffer.from(hash).toString("base64")));
  return {
    places: () => places,
    device(id) {
      const device = parts.registry.device(id);
      return device && covers(parts.registry, scope, device.placeId) ? device : undefined;
    },
    isTaken: (id) => taken.has(id),
    isTokenTaken: (hash) => tokens.has(Buffer.from(hash).toString("base64")),
  };
}

function reportOf({ batch, lines, problems, problemCount }: ImportResult, written: boolean): ImportReport {
  const devices = batch.devices.length;
  return {
    written,
    lines,
    good: devices,
    devices: written ? devices : 0,
    places: written ? batch.places.length : 0,
    problems: [...problems],
    problemCount,
  };
}

/** Registered in a scope of its own: the body is taken as bytes, whatever text it turns out to be. */
export function registerImport(server: FastifyInstance, parts: Parts): void {
  server.removeContentTypeParser("application/json");
  const types = ["text/csv", "application/csv", "application/json"];
  server.addContentTypeParser(types, { parseAs: "buffer" }, (_request, body, done) => done(null, body));

  /** One at a time: each may hold a large file. */
  let running = false;

  serve(server, parts, ROUTES.importDevices, async ({ query, who, request }) => {
    if (running) throw new LinliError("unavailable", "another import is running");
    running = true;
    try {
      const result = await checkCsv(csvOf(request), await registryFor(parts, who));
      if (query.dryRun) return reportOf(result, false);
      if (result.problemCount > 0 && !query.partial) {
        const message = `nothing was written: ${result.problemCount} problems in ${result.lines} lines`;
        throw new LinliError("invalid", message, { problems: result.problems });
      }
      await parts.writeImport(result.batch, authorOf(who, request.ip, parts.clock.now()));
      await parts.registry.refresh();
      return reportOf(result, true);
    } finally {
      running = false;
    }
  });
}
