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

/** Sent and marked at a time: what a later failure leaves behind is marked as far as it was sent. */
const MESSAGES_AT_A_TIME = 50;

/** Several letters of one message (one per bad value) hold the same bytes: the message goes through once. */
function messagesOf(letters: readonly DeadLetter[]): DeadLetter[][] {
  const payloadOf = ({ payload }: DeadLetter) => Buffer.from(payload).toString("base64");
  const keyOf = (letter: DeadLetter) =>
    JSON.stringify([letter.receivedAt, letter.principal, letter.topic, payloadOf(letter)]);
  return [...Map.groupBy(letters, keyOf).values()];
}

function* groups<T>(items: readonly T[], size: number): Generator<T[]> {
  for (let at = 0; at < items.length; at += size) yield items.slice(at, at + size);
}

/** Sends one message for each group of letters; resolves when all are on disk. */
async function send(parts: Parts, messages: readonly DeadLetter[][]): Promise<void> {
  await parts.neighbours.append({
    messages: messages.flatMap(([letter]) => {
      if (!letter) return [];
      const { principal, topic, payload } = letter;
      return [{ principal, topic, payloadBase64: Buffer.from(payload).toString("base64") }];
    }),
  });
}

export function registerDeadLetterReplay(server: FastifyInstance, parts: Parts): void {
  serve(server, parts, ROUTES.replayDeadLetters, async ({ body, who, request }) => {
    const { good, refused } = await sortOut(parts, who, body.ids);
    const messages = messagesOf(good);
    for (const group of groups(messages, MESSAGES_AT_A_TIME)) {
      await send(parts, group);
      const ids = group.flat().map(({ id }) => id);
      await parts.state.archive.markReplayed(ids, authorOf(who, request.ip, parts.clock.now()));
    }
    return { messages: messages.length, replayed: good.map(({ id }) => id), refused };
  });
}
