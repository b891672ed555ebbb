import { type Command, formatTopic } from "@linli/model";
import type { Clock, Logger } from "@linli/runtime";
import type { CommandStore } from "@linli/stores";
import type { Session } from "./session.ts";
import type { Sessions } from "./sessions.ts";

/** Commands a session has been given and not yet acknowledged. */
const WINDOW = 32;
/** Commands of one device that a session holds in memory; the rest waits in the store. */
const CHUNK = 2_000;
const MAX_PACKET_ID = 65_535;
const RELOAD_AFTER_MS = 1_000;

interface Line {
  readonly deviceId: string;
  queue: Command[];
  /** Given to this session already. */
  given: Set<string>;
  /** There are more in the store than in the queue. */
  more: boolean;
  loading: boolean;
  /** Something changed while loading. */
  again: boolean;
}

interface Deliveries {
  readonly lines: Map<string, Line>;
  /** Command ids by packet id, and the other way round. */
  readonly inFlight: Map<number, string>;
  readonly packetIds: Map<string, number>;
  lastPacketId: number;
}

export interface DeliveryOptions {
  readonly commands: Pick<CommandStore, "undelivered" | "markSent" | "command">;
  readonly sessions: Sessions;
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * Brings commands to the sessions that follow their device: in the order of creation, at QoS 1, each once per session;
 * again under the same id in the next session, until it is answered or has expired. A session gets them in windows, so
 * that ten thousand waiting ones cost neither memory nor a stalled socket.
 */
export class CommandDelivery {
  readonly #options: DeliveryOptions;
  readonly #deliveries = new Map<Session, Deliveries>();
  #acknowledged: string[] = [];

  constructor(options: DeliveryOptions) {
    this.#options = options;
  }

  /** The session follows this device's commands from now on, or asked for them again. */
  follow(session: Session, deviceId: string): void {
    let deliveries = this.#deliveries.get(session);
    if (!deliveries) {
      deliveries = { lines: new Map(), inFlight: new Map(), packetIds: new Map(), lastPacketId: 0 };
      this.#deliveries.set(session, deliveries);
    }
    const line: Line = { deviceId, queue: [], given: new Set(), more: false, loading: false, again: false };
    for (const id of deliveries.inFlight.values()) line.given.add(id);
    deliveries.lines.set(deviceId, line);
    this.#load(session, deliveries, line);
  }

  unfollow(session: Session, deviceId: string): void {
    this.#deliveries.get(session)?.lines.delete(deviceId);
  }

  forget(session: Session): void {
    this.#deliveries.delete(session);
  }

  /** There is something new for this device. */
  changed(deviceId: string): void {
    for (const session of this.#options.sessions.following(deviceId)) {
      const deliveries = this.#deliveries.get(session);
      const line = deliveries?.lines.get(deviceId);
      if (deliveries && line) this.#load(session, deliveries, line);
    }
  }

  /** The packet id under which a command goes to this session. */
  packetId(session: Session, commandId: string): number | undefined {
    return this.#deliveries.get(session)?.packetIds.get(commandId);
  }

  /** The client's PUBACK. */
  acknowledged(session: Session, packetId: number): void {
    const deliveries = this.#deliveries.get(session);
    const commandId = deliveries?.inFlight.get(packetId);
    if (!deliveries || commandId === undefined) return;
    deliveries.inFlight.delete(packetId);
    deliveries.packetIds.delete(commandId);
    this.#acknowledged.push(commandId);
    this.#send(session, deliveries);
  }

  /** Writes down what was delivered; to be called several times a second, and at the end. */
  async flush(): Promise<void> {
    if (this.#acknowledged.length === 0) return;
    const ids = this.#acknowledged;
    this.#acknowledged = [];
    try {
      await this.#options.commands.markSent(ids, this.#options.clock.now());
    } catch (error) {
      // they stay "pending" and are given again in the next session: at least once
      this.#options.log.warn({ err: error, commands: ids.length }, "delivered commands could not be marked as sent");
    }
  }

  #load(session: Session, deliveries: Deliveries, line: Line): void {
    if (line.loading) {
      line.again = true;
      return;
    }
    line.loading = true;
    const { commands, clock, log } = this.#options;
    commands.undelivered(clock.now(), line.deviceId).then(
      (waiting) => {
        line.loading = false;
        const fresh = waiting.filter(({ id }) => !line.given.has(id));
        // what is no longer waiting need not be remembered
        line.given = new Set(waiting.filter(({ id }) => line.given.has(id)).map(({ id }) => id));
        line.queue = fresh.slice(0, CHUNK);
        line.more = fresh.length > CHUNK;
        if (line.again) {
          line.again = false;
          this.#load(session, deliveries, line);
        }
        this.#send(session, deliveries);
      },
      (error: unknown) => {
        line.loading = false;
        log.warn({ err: error, device: line.deviceId }, "commands cannot be read; they are asked for again");
        clock.after(RELOAD_AFTER_MS, () => {
          const wanted = !session.ended && deliveries.lines.get(line.deviceId) === line;
          if (wanted) this.#load(session, deliveries, line);
        });
      },
    );
  }

  #send(session: Session, deliveries: Deliveries): void {
    if (session.ended) return;
    const now = this.#options.clock.now();
    for (const line of deliveries.lines.values()) {
      while (line.queue.length > 0 && deliveries.inFlight.size < WINDOW) {
        const command = line.queue.shift() as Command;
        if (command.expiresAt > now) this.#give(session, deliveries, command);
      }
      if (line.queue.length === 0 && line.more) this.#load(session, deliveries, line);
    }
  }

  #give(session: Session, deliveries: Deliveries, { id, deviceId, name, args, expiresAt }: Command): void {
    const qos = session.commandDevices.get(deviceId);
    if (qos === undefined) return;
    deliveries.lines.get(deviceId)?.given.add(id);
    if (qos === 1) this.#track(deliveries, id);
    const topic = formatTopic({ type: "command", deviceId, commandId: id });
    const payload = Buffer.from(JSON.stringify({ name, args, expiresAt }));
    session.client.publish({ cmd: "publish", topic, payload, qos, retain: false, dup: false }, (error) => {
      if (qos === 0 && !error) this.#acknowledged.push(id);
    });
  }

  #track(deliveries: Deliveries, commandId: string): void {
    do {
      deliveries.lastPacketId = (deliveries.lastPacketId % MAX_PACKET_ID) + 1;
    } while (deliveries.inFlight.has(deliveries.lastPacketId));
    deliveries.inFlight.set(deliveries.lastPacketId, commandId);
    deliveries.packetIds.set(commandId, deliveries.lastPacketId);
  }
}
