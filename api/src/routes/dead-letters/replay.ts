import { ROUTES } from "@linli/model";
import type { DeadLetter } from "@linli/stores";
import type { FastifyInstance } from "fastify";
import { authorOf, type Identity } from "../../access/identity.ts";
import type { Parts } from "../../parts.ts";
import { serve } from "../../serve.ts";
import { mayHandle } from "./visible.ts";

interface Sorted {
  readonly good: DeadLetter[];
  readonly refused: { id: string; message: string }[];
}

async function sortOut(parts: Parts, who: Identity, ids: readonly string[]): Promise<Sorted> {
  const good: DeadLetter[] = [];
  const refused: { id: string; message: string }[] = [];
  for (const id of new Set(ids)) {
    const letter = await parts.state.archive.deadLetter(id);
    if (!letter || !mayHandle(parts, who, "viewer", letter)) refused.push({ id, message: "no such dead letter" });
    else if (!mayHandle(parts, who, "manager", letter))
      refused.push({ id, message: "this takes the role manager there" });
    else if (letter.payload.byteLength === 0) refused.push({ id, message: "its bytes were not kept" });
    else good.push(letter);
  }
  return { good, refused };
}

/** Several letters of one message (one per bad value) hold the same bytes: the message goes through once. */
function messagesOf(letters: readonly DeadLetter[]) {
  const byMessage = new Map<string, { principal: string; topic: string; payloadBase64: string }>();
  for (const { principal, topic, payload, receivedAt } of letters) {
    const payloadBase64 = Buffer.from(payload).toString("base64");
    byMessage.set(JSON.stringify([receivedAt, principal, topic, payloadBase64]), { principal, topic, payloadBase64 });
  }
  return [...byMessage.values()];
}

export function registerDeadLetterReplay(server: FastifyInstance, parts: Parts): void {
  serve(server, parts, ROUTES.replayDeadLetters, async ({ body, who, request }) => {
    const { good, refused } = await sortOut(parts, who, body.ids);
    const messages = messagesOf(good);
    const replayed = good.map(({ id }) => id);
    if (messages.length > 0) {
      await parts.neighbours.append({ messages });
      await parts.state.archive.markReplayed(replayed, authorOf(who, request.ip, parts.clock.now()));
    }
    return { messages: messages.length, replayed, refused };
  });
}
