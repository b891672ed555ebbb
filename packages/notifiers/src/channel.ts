import type { Bilingual, Message } from "@linli/model";
import type { z } from "zod";

/** What became of a message. Only `accepted` and `unknown` count as told. */
export type Delivery =
  /** The other side took it; `reference` is its own name for it. */
  | { readonly outcome: "accepted"; readonly reference?: string }
  /** It may or may not have been taken: the answer was lost. Sent again with the same key. */
  | { readonly outcome: "unknown"; readonly reason: string }
  /** Not now: try again, not before `retryAfterMs`. */
  | { readonly outcome: "retry"; readonly reason: string; readonly retryAfterMs?: number }
  /** Never: this address, this content or these credentials are refused. */
  | { readonly outcome: "refused"; readonly reason: string };

/** What a channel needs of the world. */
export interface ChannelDeps {
  /**
   * fetch that resolves names itself and refuses link-local, loopback and private addresses unless they are allowed, on
   * redirects too; ends after `timeoutMs`.
   */
  readonly fetch: (url: string, init: RequestInit & { readonly timeoutMs: number }) => Promise<Response>;
  /** Epoch ms. */
  readonly now: () => number;
}

/** A configured channel: sends one message to one address at a time. Never rejects for what the other side did. */
export interface Sender<Address> {
  send(message: Message, address: Address, signal: AbortSignal): Promise<Delivery>;
  close(): Promise<void>;
}

/** What a provider of calls reports once a call is over. */
export interface CallReport {
  /** As in `Delivery.reference`. */
  readonly reference: string;
  /** Whether somebody picked up; absent when the report does not say. */
  readonly answered?: boolean;
  /** The key that was pressed. */
  readonly pressed?: string;
}

/** How a channel is told later what became of its messages: the provider posts to an address of ours. */
export interface Callback<Config> {
  /** The reports in a posted body, JSON or form fields already read; none when it is something else. Never throws. */
  read(body: unknown, config: Config): readonly CallReport[];
  /** What its address has to end with; undefined = no report is taken. */
  token(config: Config): string | undefined;
  /** The key that says "mine". */
  key(config: Config): string;
  /** JSON that the provider wants to see, or it posts again. */
  readonly answer: unknown;
}

/** How much a channel takes; more goes into one digest. */
export interface ChannelLimit {
  readonly messages: number;
  readonly perMs: number;
}

/**
 * A way to reach people or programs. `config` is what an administrator gives once (secrets marked by `.meta({ secret:
 * true })`), `address` what stands with each person or target. One folder each; one line in the registry adds it.
 */
export interface Channel<Config extends z.ZodType = z.ZodType, Address extends z.ZodType = z.ZodType> {
  readonly id: string;
  readonly label: Bilingual;
  /** `person`: reaches one named person, who can acknowledge; `room`: many at once, never the only target of a critical alert; `program`. */
  readonly reaches: "person" | "room" | "program";
  readonly config: Config;
  readonly address: Address;
  /** Per address, as the provider documents it, less a margin. */
  readonly limits: readonly ChannelLimit[];
  /** Most characters (or bytes, as the provider counts) of text it carries. */
  readonly maxBytes?: number;
  readonly callback?: Callback<z.output<Config>>;
  create(config: z.output<Config>, deps: ChannelDeps): Sender<z.output<Address>>;
}
