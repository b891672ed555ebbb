import type { FastifyRequest } from "fastify";

const FORWARDED = ["forwarded", "x-forwarded-for", "x-real-ip", "via"];

/** Whether a request was made on this machine, and not passed on by a proxy that runs on it. */
export function isLoopback(request: FastifyRequest): boolean {
  const address = request.socket.remoteAddress ?? "";
  const local = address === "::1" || address.replace(/^::ffff:/, "").startsWith("127.");
  return local && FORWARDED.every((name) => request.headers[name] === undefined);
}
