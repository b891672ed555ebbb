import type { Message } from "@linli/model";
import type { Channel, ChannelLimit, Delivery } from "@linli/notifiers";
import { z } from "zod";

/** One attempt to send, as the other side saw it. */
export interface Attempt {
  readonly channel: string;
  readonly at: number;
  readonly to: string;
  readonly message: Message;
}

/** Says what becomes of an attempt; a promise that never settles is a channel that hangs. */
export type Answer = (attempt: Attempt, signal: AbortSignal) => Delivery | Promise<Delivery>;

export const accepts: Answer = () => ({ outcome: "accepted", reference: "ok" });

export interface FakeChannelOptions {
  readonly answer?: Answer;
  readonly limits?: readonly ChannelLimit[];
  readonly reaches?: Channel["reaches"];
}

/** A channel whose other side is the test. */
export class FakeChannel {
  readonly attempts: Attempt[] = [];
  readonly channel: Channel;
  answer: Answer;
  closed = 0;

  constructor(id: string, { answer = accepts, limits = [], reaches = "person" }: FakeChannelOptions = {}) {
    this.answer = answer;
    this.channel = {
      id,
      label: { zh: id, en: id },
      reaches,
      config: z.object({ host: z.string().default("here") }),
      address: z.object({ to: z.string() }),
      limits,
      create: (_config, { now }) => ({
        send: async (message, address, signal) => {
          const attempt = { channel: id, at: now(), to: (address as { to: string }).to, message };
          this.attempts.push(attempt);
          return this.answer(attempt, signal);
        },
        close: async () => {
          this.closed += 1;
        },
      }),
    };
  }

  /** Keys of what was sent, in order. */
  get keys(): string[] {
    return this.attempts.map(({ message }) => message.key);
  }

  /** What was said, in order: occasion and whom to. */
  get said(): string[] {
    return this.attempts.map(({ message, to }) => `${message.occasion} ${to}`);
  }
}
