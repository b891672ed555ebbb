import type { FastifyRequest } from "fastify";

const ETAG = /^(?:W\/)?"(\d{1,15})"$/;

/** The version in `If-Match`; undefined when there is none. */
export function matchedVersion({ headers }: FastifyRequest): number | undefined {
  const match = ETAG.exec(String(headers["if-match"] ?? ""));
  return match ? Number(match[1]) : undefined;
}
