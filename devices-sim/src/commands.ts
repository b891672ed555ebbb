import { z } from "zod";
import type { Agent } from "./agent.ts";
import type { Answer, Effect } from "./models/model.ts";

const orderSchema = z.object({
  name: z.string(),
  args: z.record(z.string(), z.unknown()).default({}),
  expiresAt: z.number().optional(),
});

/** The body of a command's result, as the contract has it. */
export interface CommandResult {
  readonly ok: boolean;
  readonly detail?: string;
}

/** What devices of every kind do alike. */
function everyday(name: string, now: number): Answer {
  if (name !== "reboot") return { ok: true };
  const effect: Effect = {
    name: "boot",
    from: now,
    until: Infinity,
    bend(values, at) {
      values.uptime = Math.floor((at - now) / 1_000);
      values.lastBootAt = now;
    },
  };
  return { ok: true, detail: "restarted", effect };
}

/** Answers of one device that are kept, as an order may be delivered more than once. */
const MAX_ANSWERS = 100;

/** Lets each order be obeyed once: a repeat gets the first answer again. */
export function createObedience(agent: Agent): (id: string, payload: Uint8Array, now: number) => CommandResult {
  const answers = new Map<string, CommandResult>();
  return (id, payload, now) => {
    const known = answers.get(id);
    if (known) return known;
    const answer = obey(agent, payload, now);
    const oldest = answers.keys().next();
    if (answers.size >= MAX_ANSWERS && !oldest.done) answers.delete(oldest.value);
    answers.set(id, answer);
    return answer;
  };
}

/** Lets a device obey an order: its model may bend, and the answer says what came of it. */
function obey(agent: Agent, payload: Uint8Array, now: number): CommandResult {
  let input: unknown;
  try {
    input = JSON.parse(Buffer.from(payload).toString());
  } catch {
    return { ok: false, detail: "not JSON" };
  }
  const order = orderSchema.safeParse(input);
  if (!order.success) return { ok: false, detail: "not an order: name and args are needed" };
  const { name, args, expiresAt } = order.data;
  if (expiresAt !== undefined && expiresAt < now) return { ok: false, detail: "expired before it arrived" };
  const answer = agent.model.obey?.(name, args, now) ?? everyday(name, now);
  if (answer.clears !== undefined) agent.clear(answer.clears);
  if (answer.effect) agent.add(answer.effect);
  if (answer.event) agent.tell(answer.event);
  return answer.detail === undefined ? { ok: answer.ok } : { ok: answer.ok, detail: answer.detail };
}
