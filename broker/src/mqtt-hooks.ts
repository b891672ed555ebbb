import { parseTopic } from "@linli/model";
import type { RegistryView } from "@linli/stores";
import type { Aedes, AedesOptions, AedesPublishPacket, Client, PublishPacket, Subscription } from "aedes";
import type { Acknowledgements } from "./acknowledgements.ts";
import { commandDevice, decide, type Verdict } from "./acl.ts";
import type { CommandDelivery } from "./command-delivery.ts";
import type { JournalIntake } from "./journal-intake.ts";
import type { LoginDesk } from "./login-desk.ts";
import type { Refusals } from "./refusals.ts";
import type { Session, SessionClient } from "./session.ts";
import type { Sessions } from "./sessions.ts";

/** Filters a session may hold, beside one for each device it speaks for. */
const MAX_FILTERS = 64;
/** Bytes that may wait for a slow reader of states: they are retained, the next one says the same. */
const MAX_OUTGOING_BYTES = 1 << 20;

export interface HookParts {
  readonly desk: LoginDesk;
  readonly registry: Pick<RegistryView, "device" | "isWithin" | "children" | "seq">;
  readonly intake: JournalIntake;
  readonly sessions: Sessions;
  readonly commands: CommandDelivery;
  readonly refusals: Refusals;
  readonly acknowledgements: Acknowledgements;
  droppedState(): void;
}

type Hooks = Required<
  Pick<AedesOptions, "preConnect" | "authenticate" | "authorizePublish" | "authorizeSubscribe" | "authorizeForward">
>;

const sessionOf = (client: Client | null): Session | undefined => (client as SessionClient | null)?.session;

/**
 * The questions Aedes asks about a connection, answered by one ACL.
 *
 * A publish is journalled inside `authorizePublish`, the only hook that runs before the acknowledgement. A publish that
 * is not allowed is acknowledged and dropped, counted and audited (MQTT 3.1.1 §3.3.5 leaves only that or closing the
 * connection): one wrong topic in a gateway's configuration must not cut off what it publishes rightly. A topic that is
 * none of ours is kept as well: the archive makes a dead letter of it. The retain flag has no effect.
 */
export function mqttHooks(parts: HookParts): Hooks {
  const { desk, registry, intake, sessions, commands, refusals, acknowledgements } = parts;

  function denied(session: Session, action: string, reason: string, topic: string): void {
    const who = session.principal?.id ?? session.address;
    refusals.refuse({ action, reason, address: session.address, who, subject: topic.slice(0, 200) });
  }

  function publishVerdict(session: Session, topic: string): Verdict {
    if (session.lastTopic === topic && session.lastSeq === registry.seq) return session.lastVerdict;
    session.lastVerdict = session.principal ? decide(registry, session.principal, "publish", topic) : "foreign-device";
    session.lastTopic = topic;
    session.lastSeq = registry.seq;
    return session.lastVerdict;
  }

  /** Our own PUBACK at QoS 1: in Aedes' eyes it is then a message that wants no answer. */
  function acknowledge(session: Session, packet: PublishPacket): void {
    if (packet.qos !== 1) return;
    acknowledgements.add(session, packet.messageId as number);
    packet.qos = 0;
  }

  function authorizePublish(
    client: Client | null,
    packet: PublishPacket,
    callback: (error?: Error | null) => void,
  ): void {
    const session = sessionOf(client);
    if (!session?.principal) return callback(new Error("publish without a session"));
    const verdict = publishVerdict(session, packet.topic);
    if (verdict !== "allowed") {
      denied(session, "acl.denied", verdict, packet.topic);
      if (verdict !== "unknown-topic" || session.principal.type !== "device") {
        intake.after(() => {
          acknowledge(session, packet);
          callback(null);
        });
        return;
      }
    }
    session.pending++;
    const message = packet as PublishPacket & { payload: Buffer };
    intake.message("publish", session.principal.id, message, (error) => {
      session.pending--;
      if (session.ended) return;
      if (error) session.endReason ??= "refused";
      else acknowledge(session, packet);
      callback(error);
    });
  }

  function authorizeSubscribe(
    client: Client,
    subscription: Subscription,
    callback: (error: Error | null, subscription?: Subscription | null) => void,
  ): void {
    const session = sessionOf(client);
    if (!session?.principal) return callback(new Error("subscribe without a session"));
    const { topic, qos } = subscription;
    const verdict = decide(registry, session.principal, "subscribe", topic);
    if (verdict !== "allowed") {
      denied(session, "acl.denied", verdict, topic);
      return callback(null, null);
    }
    if (
      !session.filters.has(topic) &&
      session.filters.size >= MAX_FILTERS + registry.children(session.principal.id).size
    ) {
      denied(session, "acl.denied", "too-many-filters", topic);
      return callback(null, null);
    }
    session.filters.add(topic);
    const deviceId = commandDevice(topic);
    if (deviceId !== undefined) sessions.follow(session, deviceId, qos === 0 ? 0 : 1);
    callback(null, subscription);
  }

  function forwardCommand(session: Session, packet: AedesPublishPacket, commandId: string): AedesPublishPacket | null {
    if (packet.qos === 0) return packet;
    const packetId = commands.packetId(session, commandId);
    if (packetId === undefined) return null;
    packet.messageId = packetId;
    return packet;
  }

  function authorizeForward(client: Client, packet: AedesPublishPacket): AedesPublishPacket | null {
    const session = sessionOf(client);
    if (!session?.principal || session.ended) return null;
    if (decide(registry, session.principal, "receive", packet.topic) !== "allowed") return null;
    const topic = parseTopic(packet.topic);
    if (topic?.type === "command") return forwardCommand(session, packet, topic.commandId);
    if (client.conn.writableLength > MAX_OUTGOING_BYTES) {
      parts.droppedState();
      return null;
    }
    return packet;
  }

  return {
    preConnect: (client, packet, callback) => desk.arrive(client, packet, callback),
    authenticate: (client, _user, _password, done) => desk.answer(client, done),
    authorizePublish,
    authorizeSubscribe,
    authorizeForward,
  };
}

/** Wires what Aedes reports after the fact: subscriptions that stand, and failures. */
export function followAedes(aedes: Aedes, parts: Pick<HookParts, "sessions" | "commands" | "refusals">): void {
  const { sessions, commands, refusals } = parts;

  const deliver = (session: Session) => {
    for (const deviceId of session.commandDevices.keys()) commands.follow(session, deviceId);
  };
  aedes.on("clientReady", (client) => {
    const session = sessionOf(client);
    if (session) deliver(session); // a remembered session follows its filters again
  });
  aedes.on("subscribe", (subscriptions, client) => {
    const session = sessionOf(client);
    for (const { topic, qos } of subscriptions) {
      const deviceId = (qos as number) === 128 ? undefined : commandDevice(topic);
      if (session && deviceId !== undefined) commands.follow(session, deviceId);
    }
  });
  aedes.on("unsubscribe", (filters, client) => {
    const session = sessionOf(client);
    if (!session) return;
    for (const filter of filters) session.filters.delete(filter);
    const still = new Set([...session.filters].map(commandDevice));
    for (const deviceId of [...session.commandDevices.keys()]) {
      if (still.has(deviceId)) continue;
      sessions.unfollow(session, deviceId);
      commands.unfollow(session, deviceId);
    }
  });

  const failed = (client: Client, error: Error) => {
    const session = sessionOf(client);
    const reason = failureReason(error);
    if (!session || session.endReason || !reason) return;
    if (reason !== "keep-alive") session.endReason = "refused";
    if (reason === "login") return;
    refusals.refuse({
      action: "connection.refused",
      reason,
      address: session.address,
      who: session.principal?.id ?? session.address,
      subject: error.message,
    });
  };
  aedes.on("clientError", failed);
  aedes.on("connectionError", failed);
  // without a listener a failure inside Aedes would end the process
  (aedes as unknown as NodeJS.EventEmitter).on("error", (error: Error) =>
    refusals.refuse({
      action: "connection.refused",
      reason: "internal",
      address: "",
      who: "broker",
      subject: error.message,
    }),
  );
}

/** Whose fault an error of a connection is; undefined when the network just ended it. */
function failureReason(error: Error & { code?: string; errorCode?: number }): string | undefined {
  if (error.errorCode !== undefined) return "login";
  if (error.message === "keep alive timeout") return "keep-alive";
  if (error.message === "drain timeout") return "slow-reader";
  if (error.message.startsWith("maxInflightInbound")) return "too-many-inflight";
  if (error.code !== undefined || error.message === "connection closed") return undefined;
  return "malformed-packet";
}
