import type { World } from "@linli/alerting";
import { LinliError } from "@linli/model";
import type { Delivery } from "@linli/notifiers";
import type { ChannelAnswer, TestChannelCall } from "@linli/runtime";
import type { NotifyStore } from "@linli/stores";
import type { ChannelsHealth } from "./channel-health.ts";
import type { Outbox } from "./outbox.ts";
import { namesOf, type Senders } from "./senders.ts";
import { testMessage } from "./test-message.ts";

interface Desk {
  readonly senders: Senders;
  readonly health: ChannelsHealth;
  readonly outbox: Outbox;
  readonly notify: NotifyStore;
  readonly world: World;
}

/** Whom an administrator asks about channels. */
export class ChannelDesk {
  private readonly parts: Desk;

  constructor(parts: Desk) {
    this.parts = parts;
  }

  /** How each that is set up is doing. */
  async list(): Promise<ChannelAnswer[]> {
    const { senders, health, notify } = this.parts;
    const waiting = new Map((await notify.waiting()).map((line) => [line.channelId, line]));
    return senders.ids.map((channelId) => {
      const { messages = 0, oldest = null, lastError = null } = waiting.get(channelId) ?? {};
      const { failures: _, ...known } = health.of(channelId);
      return { channelId, waiting: messages, oldestAt: oldest, ...known, lastError: known.lastError ?? lastError };
    });
  }

  /** Sends a message that says it is a test, past everything that waits. `invalid` names what is wrong with the address. */
  async test({ channelId, address, language }: TestChannelCall, now: number): Promise<Delivery> {
    const { senders, outbox, world } = this.parts;
    const open = senders.of(channelId);
    if ("refused" in open) return { outcome: "refused", reason: open.refused };
    const parsed = open.channel.address.safeParse(address);
    if (!parsed.success) {
      throw new LinliError("invalid", `not an address of ${open.channel.id}: ${namesOf(parsed.error.issues)}`);
    }
    const message = testMessage(channelId, language, world, now);
    return outbox.test({ open, message, address: parsed.data }, channelId);
  }
}
