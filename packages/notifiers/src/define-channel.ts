import { z } from "zod";
import type { Channel } from "./channel.ts";
import { redact, secretsIn } from "./secrets.ts";

/**
 * A channel whose reasons never carry a secret: whatever a provider echoes, the values that config and address mark as
 * `secret` are blacked out before anybody logs or stores them.
 */
export function defineChannel<Config extends z.ZodType, Address extends z.ZodType>(
  channel: Channel<Config, Address>,
): Channel<Config, Address> {
  return {
    ...channel,
    create(config, deps) {
      const sender = channel.create(config, deps);
      const configured = secretsIn(channel.config, config);
      return {
        async send(message, address, signal) {
          const delivery = await sender.send(message, address, signal);
          if (delivery.outcome === "accepted") return delivery;
          const secrets = [...configured, ...secretsIn(channel.address, address)];
          return { ...delivery, reason: redact(delivery.reason, secrets) };
        },
        close: () => sender.close(),
      };
    },
  };
}

/** A field that is never shown again once it was given. */
export const secret = <Schema extends z.ZodType>(schema: Schema): Schema => schema.meta({ secret: true });
