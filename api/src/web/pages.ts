import { access } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import fastifyStatic from "@fastify/static";
import { LinliError } from "@linli/model";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

const DIST = fileURLToPath(new URL("../../../web/dist", import.meta.url));

const NOT_BUILT =
  "Linli is running, but its web pages are not built.\nRun `npm run build`, then load this page again.\n" +
  "The API is at /api/v1, its description at /api/docs.\n";

/** Paths that are never a page: what is not found there is a problem, not the shell. */
const PROGRAMS = /^\/(api|metrics|healthz|readyz)(\/|$)/;

function wantsPage(request: FastifyRequest): boolean {
  const path = request.url.split("?")[0] ?? "";
  const isPage = !PROGRAMS.test(path) && !path.startsWith("/assets/");
  return isPage && request.method === "GET" && (request.headers.accept ?? "").includes("text/html");
}

async function isBuilt(dist: string): Promise<boolean> {
  return access(`${dist}/index.html`).then(
    () => true,
    () => false,
  );
}

/**
 * Serves the built pages at `/`. Files with a hash in their name are kept for good, the shell never; any other path that
 * a browser opens is the shell's to route.
 */
export async function registerPages(server: FastifyInstance, dist: string = DIST): Promise<void> {
  const notFound = (request: FastifyRequest) =>
    new LinliError("not-found", `nothing at ${request.method} ${request.url.split("?")[0]?.slice(0, 200)}`);

  if (!(await isBuilt(dist))) {
    server.setNotFoundHandler(async (request, reply: FastifyReply) => {
      if (!wantsPage(request)) throw notFound(request);
      return reply.code(503).type("text/plain; charset=utf-8").send(NOT_BUILT);
    });
    return;
  }
  await server.register(fastifyStatic, {
    root: dist,
    wildcard: false,
    cacheControl: false,
    setHeaders(reply, path) {
      const hashed = path.slice(dist.length).replaceAll("\\", "/").startsWith("/assets/");
      reply.header("cache-control", hashed ? "public, max-age=31536000, immutable" : "no-cache");
    },
  });
  server.setNotFoundHandler(async (request, reply: FastifyReply) => {
    if (!wantsPage(request)) throw notFound(request);
    return reply.sendFile("index.html");
  });
}
