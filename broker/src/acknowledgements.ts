import type { Clock } from "@linli/runtime";
import type { Session } from "./session.ts";
import { endSession } from "./sessions.ts";

/** PUBACK of MQTT 3.1.1 §3.4: type and length, then the packet id. */
const PUBACK_HEAD = 0x4002;
const PUBACK_BYTES = 4;

/**
 * PUBACKs of one group commit, as one write per connection instead of one (in Aedes: three) per message. A client that
 * does not read them is not read from either, and is sent away when that lasts.
 */
export class Acknowledgements {
  readonly #clock: Clock;
  readonly #drainTimeoutMs: number;
  #waiting: Session[] = [];

  constructor(clock: Clock, drainTimeoutMs: number) {
    this.#clock = clock;
    this.#drainTimeoutMs = drainTimeoutMs;
  }

  add(session: Session, packetId: number): void {
    if (session.acks.length === 0) {
      if (this.#waiting.length === 0) process.nextTick(() => this.#write());
      this.#waiting.push(session);
    }
    session.acks.push(packetId);
  }

  #write(): void {
    const sessions = this.#waiting;
    this.#waiting = [];
    for (const session of sessions) {
      const { acks } = session;
      const bytes = Buffer.allocUnsafe(acks.length * PUBACK_BYTES);
      for (let n = 0; n < acks.length; n++) {
        bytes.writeUInt16BE(PUBACK_HEAD, n * PUBACK_BYTES);
        bytes.writeUInt16BE(acks[n] as number, n * PUBACK_BYTES + 2);
      }
      session.acks = [];
      if (!session.ended && !session.client.conn.write(bytes)) this.#awaitDrain(session);
    }
  }

  #awaitDrain(session: Session): void {
    if (session.draining) return;
    session.draining = true;
    session.inlet.pause("unread");
    const cancel = this.#clock.after(this.#drainTimeoutMs, () => endSession(session, "refused"));
    session.client.conn.once("drain", () => {
      cancel();
      session.draining = false;
      session.inlet.resume("unread");
    });
  }
}
