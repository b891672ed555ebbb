import { compareSeverity, type Message } from "@linli/model";
import type { ChannelLimit } from "./channel.ts";

export type Turn =
  | { readonly go: true }
  /** Over the limit: for the digest, or again at `at` (epoch ms). */
  | { readonly go: false; readonly at: number };

/** What must not wait behind anything else. */
export function isUrgent(message: Message): boolean {
  return message.lifeSafety || compareSeverity(message.severity, "critical") >= 0;
}

/** The part of every limit that only urgent messages may use, so that a storm of others never blocks them. */
const URGENT_SHARE = 1 / 5;

/**
 * How much one address may still be sent: never more than `messages` in any window of `perMs`. The moments of the last
 * messages are kept rather than tokens, because a bucket of 15 a minute lets 30 pass in its worst minute, and a robot
 * that got 21 is muted for ten.
 */
export class RateLimit {
  readonly #limits: readonly ChannelLimit[];
  readonly #sent: number[];

  /** `sent`: what `save` gave before a restart. */
  constructor(limits: readonly ChannelLimit[], sent: readonly number[] = []) {
    this.#limits = limits;
    this.#sent = sent.toSorted((a, b) => a - b);
  }

  /** Takes a turn at `now` (epoch ms) when there is one. `urgent`: see `isUrgent`. */
  take(now: number, urgent: boolean): Turn {
    this.#forget(now);
    let at = now;
    for (const limit of this.#limits) at = Math.max(at, this.#freeAt(limit, now, urgent));
    if (at > now) return { go: false, at };
    this.#sent.push(now);
    return { go: true };
  }

  /** The moments that still count, for a restart. */
  save(): readonly number[] {
    return [...this.#sent];
  }

  #freeAt({ messages, perMs }: ChannelLimit, now: number, urgent: boolean): number {
    const reserved = urgent ? 0 : Math.floor(messages * URGENT_SHARE);
    const most = Math.max(1, messages - reserved);
    const counted = this.#sent.filter((moment) => moment > now - perMs);
    const blocking = counted[counted.length - most];
    return blocking === undefined ? now : blocking + perMs;
  }

  #forget(now: number): void {
    const longest = Math.max(0, ...this.#limits.map((limit) => limit.perMs));
    // A clock set back must not block for as long as it was ahead.
    for (const [index, moment] of this.#sent.entries()) if (moment > now) this.#sent[index] = now;
    while (this.#sent.length > 0 && (this.#sent[0] ?? 0) <= now - longest) this.#sent.shift();
  }
}
