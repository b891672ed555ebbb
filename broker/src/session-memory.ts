import { Readable } from "node:stream";

/** Sessions remembered for one principal; the oldest goes. */
const MAX_SESSIONS_PER_PRINCIPAL = 32;

interface Stored {
  readonly filters: Map<string, { readonly qos: number }>;
  /** QoS 2 packet ids between PUBLISH and PUBREL. */
  readonly incoming: Set<number>;
}

interface ClientRef {
  readonly id: string;
}
interface PacketRef {
  readonly messageId?: number | undefined;
}
interface Retained {
  readonly topic: string;
  readonly payload: Uint8Array | string;
}
interface Filter {
  readonly topic: string;
  readonly qos: number;
}

const STATE_FILTER = /^(linli\/v1\/(?:state|alerts)\/)[+#]$/;
const principalOf = (clientId: string) => clientId.slice(0, clientId.indexOf("\0"));

/**
 * What Aedes keeps of sessions: the filters of those that asked to be remembered, open QoS 2 hand-shakes, and the
 * retained messages that we publish ourselves. In memory and bounded: what must survive lives in our stores, so nothing
 * is ever queued here for an absent client (commands wait in the state store, states are retained at QoS 0), and wills
 * never come here (they are journalled by us). `acknowledged` is called for each PUBACK: the only messages that we send
 * at QoS 1 are commands.
 */
export class SessionMemory {
  readonly #sessions = new Map<string, Stored>();
  readonly #byPrincipal = new Map<string, Set<string>>();
  readonly #retained = new Map<string, Retained>();
  readonly #acknowledged: (client: ClientRef, messageId: number) => void;

  constructor(acknowledged: (client: ClientRef, messageId: number) => void) {
    this.#acknowledged = acknowledged;
  }

  async setup(): Promise<void> {}

  async storeRetained(packet: Retained): Promise<void> {
    if (packet.payload.length === 0) this.#retained.delete(packet.topic);
    else this.#retained.set(packet.topic, packet);
  }

  createRetainedStreamCombi(patterns: readonly string[]): Readable {
    return Readable.from(patterns.flatMap((pattern) => this.#matching(pattern)));
  }

  #matching(pattern: string): Retained[] {
    const prefix = STATE_FILTER.exec(pattern)?.[1];
    if (prefix !== undefined) return [...this.#retained.values()].filter(({ topic }) => topic.startsWith(prefix));
    const exact = this.#retained.get(pattern);
    return exact ? [exact] : [];
  }

  get retained(): number {
    return this.#retained.size;
  }

  async addSubscriptions(client: ClientRef, filters: readonly Filter[]): Promise<void> {
    const { filters: stored } = this.#open(client.id);
    for (const { topic, qos } of filters) stored.set(topic, { qos });
  }

  async removeSubscriptions(client: ClientRef, filters: readonly string[]): Promise<void> {
    const stored = this.#sessions.get(client.id)?.filters;
    for (const filter of filters) stored?.delete(filter);
  }

  async subscriptionsByClient(client: ClientRef): Promise<Filter[]> {
    const stored = this.#sessions.get(client.id)?.filters ?? new Map<string, { qos: number }>();
    return [...stored].map(([topic, { qos }]) => ({ topic, qos }));
  }

  async cleanSubscriptions(client: ClientRef): Promise<void> {
    this.#sessions.get(client.id)?.filters.clear();
  }

  /** Whom to queue for: nobody, see above. */
  async subscriptionsByTopic(): Promise<never[]> {
    return [];
  }
  async outgoingEnqueue(): Promise<void> {}
  async outgoingEnqueueCombi(): Promise<void> {}
  async outgoingUpdate(): Promise<void> {}
  outgoingStream(): Readable {
    return Readable.from([]);
  }

  async outgoingClearMessageId(client: ClientRef, packet: PacketRef): Promise<undefined> {
    if (packet.messageId !== undefined) this.#acknowledged(client, packet.messageId);
  }

  async incomingStorePacket(client: ClientRef, packet: PacketRef): Promise<void> {
    if (packet.messageId !== undefined) this.#open(client.id).incoming.add(packet.messageId);
  }

  /** Rejects when the id is not open, as Aedes expects. */
  async incomingGetPacket(client: ClientRef, packet: PacketRef): Promise<PacketRef> {
    if (packet.messageId !== undefined && this.#sessions.get(client.id)?.incoming.has(packet.messageId)) return packet;
    throw new Error("no such packet");
  }

  async incomingDelPacket(client: ClientRef, packet: PacketRef): Promise<void> {
    const incoming = this.#sessions.get(client.id)?.incoming;
    if (packet.messageId === undefined || !incoming?.delete(packet.messageId)) throw new Error("no such packet");
  }

  /** A clean session begins or ends: nothing of it is left. */
  async cleanIncoming(client: ClientRef): Promise<void> {
    this.#forget(client.id);
  }

  async putWill(): Promise<void> {}
  async delWill(): Promise<void> {}
  async getWill(): Promise<undefined> {
    return undefined;
  }
  streamWill(): Readable {
    return Readable.from([]);
  }
  async destroy(): Promise<void> {}

  /** Forgets all sessions of a principal whose rights ended. */
  purge(principal: string): void {
    for (const id of this.#byPrincipal.get(principal) ?? []) this.#forget(id);
  }

  #open(clientId: string): Stored {
    const found = this.#sessions.get(clientId);
    if (found) return found;
    const principal = principalOf(clientId);
    const siblings = this.#byPrincipal.get(principal) ?? new Set<string>();
    const [oldest] = siblings;
    if (siblings.size >= MAX_SESSIONS_PER_PRINCIPAL && oldest !== undefined) this.#forget(oldest);
    this.#byPrincipal.set(principal, siblings.add(clientId));
    const stored = { filters: new Map<string, { qos: number }>(), incoming: new Set<number>() };
    this.#sessions.set(clientId, stored);
    return stored;
  }

  #forget(clientId: string): void {
    if (!this.#sessions.delete(clientId)) return;
    const principal = principalOf(clientId);
    const siblings = this.#byPrincipal.get(principal);
    siblings?.delete(clientId);
    if (siblings?.size === 0) this.#byPrincipal.delete(principal);
  }
}
