import { minutes } from "@linli/model";
import type { Fault } from "@linli/runtime";

/** So many in a row, over so long, and a channel is dead. */
const FAILURES = 5;
const LASTING = minutes(2);

interface Trouble {
  readonly since: number;
  readonly failures: number;
  readonly reason: string;
  readonly lastAt: number;
}

/** How one channel is doing; epoch ms, null = not since the start. */
export interface ChannelHealth {
  readonly deliveredAt: number | null;
  readonly failures: number;
  /** Since when nothing was delivered; null = the last one was. */
  readonly failingSince: number | null;
  readonly lastError: string | null;
  readonly dead: boolean;
}

const isDead = ({ failures, since, lastAt }: Trouble) => failures >= FAILURES && lastAt - since >= LASTING;

/** What became of the last messages of each channel: a few failures are the weather, many in a row are a fault of ours. */
export class ChannelsHealth {
  private readonly troubles = new Map<string, Trouble>();
  private readonly delivered = new Map<string, number>();

  worked(channelId: string, at: number): void {
    this.troubles.delete(channelId);
    this.delivered.set(channelId, at);
  }

  failed(channelId: string, reason: string, at: number): void {
    const { since = at, failures = 0 } = this.troubles.get(channelId) ?? {};
    this.troubles.set(channelId, { since, failures: failures + 1, reason, lastAt: at });
  }

  /** It was set up anew, or is gone. */
  forget(channelId: string): void {
    this.troubles.delete(channelId);
    this.delivered.delete(channelId);
  }

  of(channelId: string): ChannelHealth {
    const trouble = this.troubles.get(channelId);
    return {
      deliveredAt: this.delivered.get(channelId) ?? null,
      failures: trouble?.failures ?? 0,
      failingSince: trouble?.since ?? null,
      lastError: trouble?.reason ?? null,
      dead: trouble !== undefined && isDead(trouble),
    };
  }

  /** The dead ones. */
  faults(): Fault[] {
    return [...this.troubles]
      .filter(([, trouble]) => isDead(trouble))
      .map(([subject, { reason, failures, since }]) => {
        const detail = `${failures} messages in a row were not delivered: ${reason}`;
        return { code: "channel.dead", subject, detail, since };
      });
  }
}
