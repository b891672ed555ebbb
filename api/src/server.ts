import { randomUUID } from "node:crypto";
import { constants } from "node:zlib";
import fastifyCompress from "@fastify/compress";
import fastifyCookie from "@fastify/cookie";
import fastifyRateLimit from "@fastify/rate-limit";
import { fastifySSE } from "@fastify/sse";
import { LinliError, problemsOf, ROUTES } from "@linli/model";
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from "fastify";
import { serializerCompiler } from "fastify-type-provider-zod";
import type { z } from "zod";
import { problemAnswer } from "./errors/problem.ts";
import { registerDescription } from "./openapi.ts";
import type { Parts } from "./parts.ts";
import { registerRequestMetrics } from "./platform/request-metrics.ts";
import { registerRoutes } from "./routes/index.ts";
import { registerHeaders } from "./web/headers.ts";
import { registerPages } from "./web/pages.ts";

const USUAL_BODY_BYTES = 1_048_576;
/** Requests of one address within ten seconds: far above any use, far below what would take the process down. */
const RATE = { max: 30_000, timeWindow: 10_000 };

/** Only who exceeds a rate is told of it, by Retry-After. */
const SILENT = { "x-ratelimit-limit": false, "x-ratelimit-remaining": false, "x-ratelimit-reset": false };

function useZod(server: FastifyInstance): void {
  server.setValidatorCompiler<z.ZodType>(({ schema }) => (data: unknown) => {
    const parsed = schema.safeParse(data);
    if (parsed.success) return { value: parsed.data };
    return {
      error: new LinliError("invalid", "the request cannot be used", { problems: problemsOf(parsed.error, data) }),
    };
  });
  server.setSerializerCompiler(serializerCompiler);
}

function answerProblem({ log }: Parts, error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const { status, headers, body, ourBug } = problemAnswer(error, request.id);
  // the address of a report holds its secret
  const url = request.routeOptions.url === ROUTES.reportCall.path ? ROUTES.reportCall.path : request.url;
  if (ourBug) log.error({ err: error, request: request.id, method: request.method, url }, "failed");
  reply
    .code(status)
    .headers(headers)
    .type("application/problem+json")
    .serializer((payload: unknown) => JSON.stringify(payload))
    .send(body);
}

/** The HTTP side of it all, not yet listening. `pagesDir` is where the built web pages are. */
export async function createServer(parts: Parts, pagesDir?: string): Promise<FastifyInstance> {
  const server: FastifyInstance = fastify({
    logger: false,
    genReqId: () => randomUUID(),
    bodyLimit: USUAL_BODY_BYTES,
    // these may say for whom they ask, and whether that was over TLS; nobody else may
    trustProxy: parts.settings.LINLI_TRUSTED_PROXIES,
    // an open event stream must not hold up the end
    forceCloseConnections: true,
    requestTimeout: 60_000,
    return503OnClosing: true,
    // an address that no route can be looked up for never gets to the error handler
    frameworkErrors: (error, request, reply) => answerProblem(parts, error, request, reply),
    routerOptions: { maxParamLength: 300 },
  });
  server.decorateRequest("who", null);
  server.decorateRequest("device", null);
  server.decorateRequest("alert", null);
  server.decorateRequest("incident", null);
  useZod(server);
  server.setErrorHandler((error, request, reply) => answerProblem(parts, error, request, reply));
  await server.register(fastifyCookie);
  await server.register(fastifyRateLimit, {
    ...RATE,
    cache: 10_000,
    addHeaders: SILENT,
    addHeadersOnExceeding: SILENT,
  });
  await registerHeaders(server);
  await server.register(fastifyCompress, {
    threshold: 2_048,
    encodings: ["br", "gzip"],
    brotliOptions: { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } },
  });
  await server.register(fastifySSE, { heartbeatInterval: 0 });
  registerRequestMetrics(server, parts);
  await registerDescription(server);
  await registerRoutes(server, parts);
  await registerPages(server, pagesDir);
  return server;
}
