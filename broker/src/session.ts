import type { Client } from "aedes";
import type { Verdict } from "./acl.ts";
import type { Inlet } from "./inlet.ts";
import type { Principal } from "./principal.ts";

/** `lost` without a DISCONNECT; `refused` = we could or would not serve it: its device is not to blame. */
export type EndReason = "clean" | "lost" | "refused" | "revoked" | "taken-over" | "shutdown";

interface Will {
  readonly topic: string;
  readonly payload: Uint8Array;
}

/** One connection from its CONNECT to its end. */
export interface Session {
  readonly id: string;
  readonly address: string;
  readonly inlet: Inlet;
  readonly client: SessionClient;
  /** Set once by the login. */
  principal: Principal | undefined;
  /** From then on its credential no longer works; null = until revoked. */
  expiresAt: number | null;
  clientId: string;
  will: Will | undefined;
  /** Logged in and in the journal as connected. */
  open: boolean;
  ended: boolean;
  /** Why we end it; undefined while the client itself decides. */
  endReason: EndReason | undefined;
  /** Messages taken and not yet settled. */
  pending: number;
  /** Packet ids on disk, whose PUBACKs go out with the present group. */
  acks: number[];
  /** It leaves our PUBACKs unread. */
  draining: boolean;
  lastTopic: string;
  lastVerdict: Verdict;
  /** The registry's last change when that verdict was made. */
  lastSeq: number;
  /** Devices whose commands it follows, and the QoS it asked for. */
  readonly commandDevices: Map<string, 0 | 1>;
  /** Filters that it holds. */
  readonly filters: Set<string>;
}

/** Aedes' client, with our session on it: looked up on every message. */
export type SessionClient = Client & { session?: Session };
