import type { Message } from "@linli/model";
import type { ChannelDeps, Delivery } from "../channel.ts";
import { createGuardedFetch } from "../guarded-fetch.ts";
import { CHANNELS } from "../registry.ts";
import { messageOf, NOW } from "./messages.ts";

export const depsAt = (now: () => number = () => NOW): ChannelDeps => ({
  fetch: createGuardedFetch({ allowPrivate: ["127.0.0.1"] }),
  now,
});

interface SendBy {
  readonly config: unknown;
  readonly address: unknown;
  readonly message?: Message;
}

/** Sends one message through a channel set up as an administrator would: through its schemas. */
export async function sendBy(id: string, { config, address, message = messageOf() }: SendBy): Promise<Delivery> {
  const channel = CHANNELS.get(id);
  if (channel === undefined) throw new Error(`no channel ${id}`);
  const sender = channel.create(channel.config.parse(config), depsAt());
  try {
    return await sender.send(message, channel.address.parse(address), new AbortController().signal);
  } finally {
    await sender.close();
  }
}
