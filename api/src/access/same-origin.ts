import { LinliError } from "@linli/model";
import type { FastifyRequest } from "fastify";

/** Whether an Origin is the host that was asked; a default port may be written or not. */
function isHost(origin: string, host: string): boolean {
  if (!URL.canParse(origin)) return false;
  const { protocol, host: from } = new URL(origin);
  const asked = `${protocol}//${host}`;
  return URL.canParse(asked) && new URL(asked).host === from;
}

/**
 * Keeps other sites from writing with a visitor's cookie, beside the cookie's own SameSite. Browsers say where a request
 * comes from: by Sec-Fetch-Site, or else by Origin. A caller that says neither is no browser.
 */
export function assertSameOrigin(request: FastifyRequest): void {
  if (request.method === "GET" || request.method === "HEAD") return;
  const site = request.headers["sec-fetch-site"];
  if (site === "same-origin" || site === "none") return;
  const origin = request.headers.origin;
  if (site === undefined && origin === undefined) return;
  if (site === undefined && isHost(origin ?? "", request.host ?? "")) return;
  throw new LinliError("forbidden", "a session's cookie is not taken from another site's page");
}
