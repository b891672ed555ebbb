import type { Connection, ConnectionEvents, Login, Transport } from "@linli/devices-sim/app";
import type { JournalEntry } from "@linli/stores";
import type { VirtualClock } from "../virtual/virtual-clock.ts";

const NOTHING = new Uint8Array();
const LOST = Buffer.from('{"reason":"lost"}');
/** A login takes a moment. */
const LOGIN_MS = 1;

/** Lines without a broker: what devices say is written down as the broker's journal would have it, in the same order. */
export class WrittenLines {
  private readonly clock: VirtualClock;
  private readonly write: (entry: JournalEntry) => void;
  private sessions = 0;

  constructor(clock: VirtualClock, write: (entry: JournalEntry) => void) {
    this.clock = clock;
    this.write = write;
  }

  readonly transport: Transport = (login, events) => this.connect(login, events);

  /** A moment of the broker's own. */
  note(kind: "start" | "tick", topic = ""): void {
    this.write({ kind, receivedAt: this.clock.now(), principal: "", topic, payload: NOTHING });
  }

  /** What a person says through the platform itself. */
  say(principal: string, topic: string, content: unknown): void {
    const payload = Buffer.from(JSON.stringify(content));
    this.write({ kind: "push", receivedAt: this.clock.now(), principal, topic, payload });
  }

  private connect({ deviceId, clientId = deviceId, will }: Login, events: ConnectionEvents): Connection {
    const session = `s${++this.sessions}`;
    let isOpen = false;
    let isOver = false;
    const add = (kind: JournalEntry["kind"], topic: string, payload: Uint8Array) =>
      this.write({ kind, receivedAt: this.clock.now(), principal: deviceId, topic, payload });
    this.clock.after(LOGIN_MS, () => {
      if (isOver) return;
      isOpen = true;
      add("connect", session, Buffer.from(JSON.stringify({ clientId, address: "127.0.0.1" })));
      events.online();
    });
    return {
      publish(topic, payload, done) {
        if (isOpen) add("publish", topic, Buffer.from(payload));
        done(isOpen);
      },
      async close(clean) {
        if (isOver) return;
        isOver = true;
        if (isOpen && !clean) add("publish", will.topic, Buffer.from(will.payload));
        if (isOpen) add("disconnect", session, clean ? Buffer.from('{"reason":"clean"}') : LOST);
        isOpen = false;
        events.closed();
      },
    };
  }
}
