import { connect, type Socket } from "node:net";
import { generate, type IConnackPacket, type Packet, parser } from "mqtt-packet";

export interface ConnectFields {
  readonly clientId?: string;
  readonly username?: string;
  readonly password?: string;
  readonly clean?: boolean;
  readonly keepalive?: number;
  readonly will?: { topic: string; payload: Buffer; qos: 0 | 1 | 2; retain: boolean };
}

/** An MQTT client that sends exactly what a test tells it, valid or not, and keeps what comes back. */
export class RawClient {
  readonly socket: Socket;
  readonly packets: Packet[] = [];
  closed = false;
  readonly #parser = parser();
  readonly #waiting = new Set<() => void>();

  constructor(port: number) {
    this.socket = connect({ port, host: "127.0.0.1", noDelay: true });
    this.socket.on("error", () => {});
    this.socket.on("data", (chunk: Buffer) => this.#parser.parse(chunk));
    this.#parser.on("packet", (packet) => {
      this.packets.push(packet);
      this.#notify();
    });
    this.socket.on("close", () => {
      this.closed = true;
      this.#notify();
    });
  }

  send(...packets: readonly Packet[]): void {
    this.socket.write(Buffer.concat(packets.map((packet) => generate(packet))));
  }

  bytes(...bytes: readonly number[]): void {
    this.socket.write(Buffer.from(bytes));
  }

  connect(fields: ConnectFields): void {
    const { clientId = "raw", username, password, clean = true, keepalive = 60, will } = fields;
    this.send({
      cmd: "connect",
      protocolId: "MQTT",
      protocolVersion: 4,
      clientId,
      clean,
      keepalive,
      ...(username !== undefined && { username }),
      ...(password !== undefined && { password: Buffer.from(password) }),
      ...(will && { will }),
    });
  }

  /** Connects and resolves with the return code of the CONNACK; undefined when the connection was closed without one. */
  async login(fields: ConnectFields): Promise<number | undefined> {
    this.connect(fields);
    const connack = (await this.next("connack")) as IConnackPacket | undefined;
    return connack?.returnCode;
  }

  publish(topic: string, messageId: number, payload = "{}", qos: 0 | 1 | 2 = 1): void {
    this.send({ cmd: "publish", topic, payload, qos, messageId, retain: false, dup: false });
  }

  subscribe(messageId: number, ...topics: readonly string[]): void {
    this.send({ cmd: "subscribe", messageId, subscriptions: topics.map((topic) => ({ topic, qos: 1 })) });
  }

  /** Takes the next packet of this kind; undefined once the connection is closed without one. */
  async next(cmd: Packet["cmd"]): Promise<Packet | undefined> {
    for (;;) {
      const at = this.packets.findIndex((packet) => packet.cmd === cmd);
      if (at !== -1) return this.packets.splice(at, 1)[0];
      if (this.closed) return undefined;
      await this.#change();
    }
  }

  async end(): Promise<void> {
    while (!this.closed) await this.#change();
  }

  /** A PING and its answer: everything sent before has been seen by the broker. */
  async ping(): Promise<boolean> {
    this.send({ cmd: "pingreq" });
    return (await this.next("pingresp")) !== undefined;
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#waiting.add(resolve));
  }

  #notify(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const wake of waiting) wake();
  }
}
