import { days } from "@linli/model";
import { type ChannelLimit, RateLimit, type Turn } from "@linli/notifiers";

/** More addresses than that, and those that were silent for long are forgotten. */
const MOST_KEPT = 1_000;
/** No limit counts over longer. */
const LONGEST = days(1);

/** What each address may still be sent. */
export class Allowance {
  private readonly limits = new Map<string, RateLimit>();
  private readonly before: (channelId: string, personId: string | null) => readonly number[];

  /** `before`: the moments at which an address was sent something before the start. */
  constructor(before: (channelId: string, personId: string | null) => readonly number[]) {
    this.before = before;
  }

  take(line: AddressLine, limits: readonly ChannelLimit[], now: number, urgent: boolean): Turn {
    if (limits.length === 0) return { go: true };
    let limit = this.limits.get(line.key);
    if (limit === undefined) {
      if (this.limits.size >= MOST_KEPT) this.forget(now - LONGEST);
      limit = new RateLimit(limits, this.before(line.channelId, line.personId));
      this.limits.set(line.key, limit);
    }
    return limit.take(now, urgent);
  }

  private forget(before: number): void {
    for (const [key, limit] of this.limits) if ((limit.save().at(-1) ?? before) <= before) this.limits.delete(key);
  }
}

/** One address of one channel. */
export interface AddressLine {
  readonly key: string;
  readonly channelId: string;
  /** Whose it is; null = a room's or a program's. */
  readonly personId: string | null;
}

export function addressLine(message: {
  readonly channelId: string;
  readonly address: unknown;
  readonly personId: string | null;
}): AddressLine {
  const { channelId, address, personId } = message;
  return { key: JSON.stringify([channelId, address]), channelId, personId };
}
