import type { Message } from "@linli/model";

/** A message that a channel took. */
export interface Carried {
  readonly at: number;
  readonly channelId: string;
  readonly address: unknown;
  readonly message: Message;
}
