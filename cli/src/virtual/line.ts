import { Duplex, duplexPair } from "node:stream";
import type { Connection, ConnectionEvents, Login, Transport } from "@linli/devices-sim/app";
import { generate, type Packet, parser } from "mqtt-packet";

/** CONNACK codes that trying again does not change. */
const REFUSALS: ReadonlyMap<number, string> = new Map([
  [2, "client id refused"],
  [4, "wrong device id or token"],
  [5, "not authorised"],
]);

/** A message as it leaves a device. */
export interface Upward {
  readonly topic: string;
  readonly payload: string;
  readonly retain?: boolean;
}

/** A connection that also says what only strange devices say. */
export interface LineConnection extends Connection {
  send(message: Upward, done: (ok: boolean) => void): void;
}

/** The lines between devices and the broker: MQTT 3.1.1 bytes over streams in this process. */
export class Lines {
  private readonly accept: () => ((conn: Duplex, address: string) => void) | undefined;
  private open = 0;

  /** `accept` gives where connections go now; undefined = nobody listens. */
  constructor(accept: () => ((conn: Duplex, address: string) => void) | undefined) {
    this.accept = accept;
  }

  /** True while something that was sent waits for its answer. */
  get isBusy(): boolean {
    return this.open > 0;
  }

  readonly transport: Transport = (login, events) => this.connect(login, events);

  connect(login: Login, events: ConnectionEvents): LineConnection {
    const accept = this.accept();
    if (accept === undefined) return unreachable(events);
    const [mine, theirs] = duplexPair();
    const waiting = new Map<number, (ok: boolean) => void>();
    let lastId = 0;
    let isOver = false;
    let expected = 0;
    const expect = () => {
      expected++;
      this.open++;
    };
    const answered = () => {
      if (expected === 0) return;
      expected--;
      this.open--;
    };
    const over = () => {
      if (isOver) return;
      isOver = true;
      while (expected > 0) answered();
      mine.destroy();
      const unanswered = [...waiting.values()];
      waiting.clear();
      for (const done of unanswered) done(false);
      events.closed();
    };
    const write = (packet: Packet) => {
      if (!isOver) mine.write(generate(packet));
    };
    const nextId = () => {
      do lastId = (lastId % 65_535) + 1;
      while (waiting.has(lastId));
      return lastId;
    };
    const send = ({ topic, payload, retain = false }: Upward, done: (ok: boolean) => void) => {
      if (isOver) return done(false);
      const messageId = nextId();
      waiting.set(messageId, done);
      expect();
      write({ cmd: "publish", topic, payload, qos: 1, retain, dup: false, messageId });
    };

    const reader = parser({ protocolVersion: 4 });
    reader.on("packet", (packet: Packet) => {
      if (packet.cmd === "connack") {
        answered();
        const code = packet.returnCode ?? 0;
        const refusal = REFUSALS.get(code);
        if (refusal !== undefined) events.refused(refusal);
        if (code !== 0) return over();
        for (const topic of login.subscriptions) {
          expect();
          write({ cmd: "subscribe", messageId: nextId(), subscriptions: [{ topic, qos: 1 }] });
        }
        events.online();
      } else if (packet.cmd === "suback") answered();
      else if (packet.cmd === "puback") {
        answered();
        const done = waiting.get(packet.messageId ?? 0);
        waiting.delete(packet.messageId ?? 0);
        done?.(true);
      } else if (packet.cmd === "publish") {
        if (packet.qos > 0) write({ cmd: "puback", messageId: packet.messageId ?? 0 });
        events.message(packet.topic, packet.payload as Uint8Array);
      }
    });
    mine.on("data", (bytes: Buffer) => reader.parse(bytes));
    mine.on("error", over);
    mine.on("close", over);
    mine.on("end", over);
    accept(theirs, "127.0.0.1");
    expect();
    const { topic, payload } = login.will;
    write({
      cmd: "connect",
      protocolId: "MQTT",
      protocolVersion: 4,
      clientId: login.clientId ?? login.deviceId,
      username: login.deviceId,
      ...(login.token !== null && { password: Buffer.from(login.token) }),
      clean: true,
      keepalive: 0,
      will: { topic, payload: Buffer.from(payload), qos: 1, retain: false },
    });
    return {
      send,
      publish: (to, text, done) => send({ topic: to, payload: text }, done),
      async close(clean) {
        if (clean) write({ cmd: "disconnect" });
        if (clean) await new Promise((resolve) => mine.end(resolve));
        over();
      },
    };
  }
}

/** Nobody listens there. */
function unreachable(events: ConnectionEvents): LineConnection {
  queueMicrotask(() => events.closed());
  return { send: (_, done) => done(false), publish: (_, __, done) => done(false), close: async () => {} };
}
