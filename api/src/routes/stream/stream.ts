import { ROUTES } from "@linli/model";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { SESSION_COOKIE } from "../../access/guard.ts";
import type { Identity } from "../../access/identity.ts";
import { invalidField } from "../../errors/api-error.ts";
import type { Sink } from "../../live/stream.ts";
import type { Parts } from "../../parts.ts";
import { serve } from "../../serve.ts";

function sinkOf(reply: FastifyReply): Sink {
  const { raw } = reply;
  return {
    write: (text) => void raw.write(text),
    pendingBytes: () => raw.writableLength,
    close: () => raw.destroy(),
  };
}

function resumeAfter(request: FastifyRequest, inQuery: string | undefined): number | undefined {
  const given = request.headers["last-event-id"] ?? inQuery;
  if (given === undefined || given === "") return undefined;
  if (!/^\d{1,15}$/.test(String(given))) throw invalidField("Last-Event-ID", "the number of an event", given);
  return Number(given);
}

/** Looks the caller up again, the same way as at the start: a right that has ended ends the stream. */
function recheckOf(parts: Parts, request: FastifyRequest, who: Identity): () => Promise<Identity | undefined> {
  const token = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? "")?.[1];
  const secret = request.cookies[SESSION_COOKIE];
  if (who.sessionId === null) return async () => (token === undefined ? undefined : parts.authenticator.byToken(token));
  return async () => (secret === undefined ? undefined : parts.authenticator.bySession(secret));
}

export function registerStream(server: FastifyInstance, parts: Parts): void {
  serve(
    server,
    parts,
    ROUTES.streamEvents,
    async ({ query, who, request, reply }) => {
      const asked = {
        who,
        recheck: recheckOf(parts, request, who),
        placeId: query.in,
        withStates: query.states !== "false",
        resumeAfter: resumeAfter(request, query.lastEventId),
      };
      parts.streams.assertRoom(who);
      reply.header("cache-control", "no-store").header("x-accel-buffering", "no");
      reply.sse.keepAlive();
      reply.sse.sendHeaders();
      reply.hijack();
      const stream = parts.streams.open(sinkOf(reply), asked);
      reply.raw.on("close", () => parts.streams.close(stream));
      return reply;
    },
    // asking for the headers alone would open a stream that nobody reads
    { sse: { kind: "only", heartbeat: false }, exposeHeadRoute: false },
  );
}
