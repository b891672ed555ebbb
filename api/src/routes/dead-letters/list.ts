import { LinliError, ROUTES } from "@linli/model";
import type { DeadLetter } from "@linli/stores";
import type { FastifyInstance } from "fastify";
import { scopeOf } from "../../access/scope.ts";
import { scanPage } from "../../paging.ts";
import type { Parts } from "../../parts.ts";
import { serve } from "../../serve.ts";
import { mayHandle } from "./visible.ts";

function shown({ id, receivedAt, principal, topic, reason, field, value, replayedAt }: Omit<DeadLetter, "payload">) {
  return { id, receivedAt, principal, topic, reason, field, value, replayedAt };
}

function textOf(payload: Uint8Array): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(payload);
  } catch {
    return null;
  }
}

export function registerDeadLetterList(server: FastifyInstance, parts: Parts): void {
  const { archive } = parts.state;

  serve(server, parts, ROUTES.listDeadLetters, async ({ query, who }) => {
    const { limit, after, ...given } = query;
    const filter = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
    const page = { limit, ...(after !== undefined && { after }) };
    const found =
      scopeOf(who.grants, "viewer") === null
        ? await archive.deadLetters(filter, page)
        : await scanPage(
            (request) => archive.deadLetters(filter, request),
            (letter) => mayHandle(parts, who, "viewer", letter),
            page,
          );
    return { items: found.items.map(shown), next: found.next, total: found.total };
  });

  serve(server, parts, ROUTES.countDeadLetters, async () => ({ reasons: { ...(await archive.deadLetterCounts()) } }));

  serve(server, parts, ROUTES.getDeadLetter, async ({ params, who }) => {
    const letter = await archive.deadLetter(params.id);
    if (!letter || !mayHandle(parts, who, "viewer", letter)) {
      throw new LinliError("not-found", `no such dead letter: ${params.id}`);
    }
    const payloadBase64 = Buffer.from(letter.payload).toString("base64");
    return { ...shown(letter), payloadBase64, payloadText: textOf(letter.payload) };
  });
}
