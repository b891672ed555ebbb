import { CHANNELS, type Channel } from "@linli/notifiers";
import { page } from "@linli/notify/app";
import { z } from "zod";
import type { Carried } from "./carried.ts";

/** What goes to an address of this name is never accepted. */
const UNREACHABLE = /^unreachable/;

function isUnreachable(address: unknown): boolean {
  return typeof address === "string" && UNREACHABLE.test(address);
}

/**
 * The channels with their own limits and reach, which write down what they are given instead of asking a provider.
 * An address that begins with `unreachable` is refused, as a number that does not exist is.
 */
export function recordingChannels(
  now: () => number,
  carried: (message: Carried) => void,
): ReadonlyMap<string, Channel> {
  const recording = (channel: Channel): Channel => ({
    ...channel,
    config: z.looseObject({ id: z.string() }),
    address: z.unknown(),
    create: (config) => {
      const { id } = config as { readonly id: string };
      return {
        async send(message, address) {
          if (isUnreachable(address)) return { outcome: "refused", reason: "no such number" };
          carried({ at: now(), channelId: id, address, message });
          return { outcome: "accepted" };
        },
        close: async () => {},
      };
    },
  });
  return new Map([...CHANNELS.values(), page].map((channel) => [channel.id, recording(channel)]));
}
