import { connect, type Socket } from "node:net";
import {
  CONNACK,
  connectPacket,
  createAckReader,
  DISCONNECT,
  PUBACK,
  PUBCOMP,
  PUBREC,
  publishTemplate,
  pubrelPacket,
} from "./packets.ts";

const ID_LIMIT = 65_535;
const TIME_DIGITS = 13;
const SERIAL_DIGITS = 9;

export interface RawPublisherOptions {
  readonly host?: string;
  readonly port: number;
  readonly deviceId: string;
  readonly token: string;
  readonly topic: string;
  readonly qos: 1 | 2;
  /** Most messages sent and not yet acknowledged. */
  readonly window: number;
  /** Time of serial 0, epoch ms; serial n is observed n·stepMs later. */
  readonly firstAt: number;
  readonly stepMs: number;
  /** More values beside the serial, as JSON members: `"temperature":21.5`. */
  readonly members?: string;
  /** Called with the latency of each acknowledgement in ms; for measurements. */
  readonly onLatency?: (ms: number) => void;
}

interface Template {
  readonly bytes: Buffer;
  readonly idOffset: number;
  readonly timeOffset: number;
  readonly serialOffset: number;
}

function buildTemplate({ topic, qos, members }: RawPublisherOptions): Template {
  const json = `{"ts":${"1".repeat(TIME_DIGITS)},"values":{"serial":${"1".repeat(SERIAL_DIGITS)}${members ? `,${members}` : ""}}}`;
  const { bytes, idOffset, payloadOffset } = publishTemplate(topic, Buffer.from(json), qos);
  return {
    bytes,
    idOffset,
    timeOffset: payloadOffset + json.indexOf("1".repeat(TIME_DIGITS)),
    serialOffset: payloadOffset + json.indexOf('"serial":') + '"serial":'.length,
  };
}

function writeDigits(target: Buffer, offset: number, value: number, digits: number): void {
  let rest = value;
  for (let position = offset + digits - 1; position >= offset; position--) {
    target[position] = 48 + (rest % 10);
    rest = Math.floor(rest / 10);
  }
}

/** Serials start here, so that each has as many digits as every other. */
export const FIRST_SERIAL = 10 ** (SERIAL_DIGITS - 1);

/**
 * One device that publishes numbered messages in a pipelined way and keeps the ledger: which serials were sent and which
 * were acknowledged. What was not acknowledged when a connection ended is sent again on the next one, before anything new.
 */
export class RawPublisher {
  sent = 0;
  readonly acknowledged = new Set<number>();
  /** Acknowledgements that came for each message, on whatever connection. */
  acks = 0;
  connected = false;
  refusedWith: number | undefined;
  readonly #options: RawPublisherOptions;
  readonly #template: Template;
  #inFlight = new Map<number, { serial: number; at: number }>();
  #resend: number[] = [];
  #nextId = 1;
  #limit = 0;
  #socket: Socket | undefined;
  #onChange: (() => void) | undefined;

  constructor(options: RawPublisherOptions) {
    this.#options = options;
    this.#template = buildTemplate(options);
  }

  get inFlight(): number {
    return this.#inFlight.size;
  }

  /** Sent on a connection that ended before they were acknowledged: the next one begins with them. */
  get resending(): number {
    return this.#resend.length;
  }

  /** Nothing is left to send or to be acknowledged. */
  get settled(): boolean {
    return this.sent >= this.#limit && this.#inFlight.size === 0 && this.#resend.length === 0;
  }

  wasSent(serial: number): boolean {
    return serial >= FIRST_SERIAL && serial < FIRST_SERIAL + this.sent;
  }

  /** When serial n was observed, by its own word. */
  timeOf(serial: number): number {
    return this.#options.firstAt + (serial - FIRST_SERIAL) * this.#options.stepMs;
  }

  /**
   * Resolves true once the broker let it in, false when it did not or could not be reached. A broker that was started
   * again may have another port.
   */
  connect(port = this.#options.port): Promise<boolean> {
    const { host = "127.0.0.1", deviceId, token } = this.#options;
    return new Promise((resolve) => {
      const socket = connect(port, host);
      this.#socket = socket;
      socket.setNoDelay(true);
      const read = createAckReader((type, value) => {
        if (type !== CONNACK) return this.#acknowledge(type, value);
        this.refusedWith = value & 255 || undefined;
        this.connected = this.refusedWith === undefined;
        resolve(this.connected);
        this.#pump();
      });
      socket.on("connect", () => socket.write(connectPacket("raw", deviceId, token)));
      socket.on("data", (chunk: Buffer) => {
        read(chunk);
        this.#pump();
      });
      socket.on("error", () => {});
      socket.on("close", () => {
        if (this.#socket === socket) this.#lost();
        resolve(false);
      });
    });
  }

  /** Allows serials up to `count` in all, and sends as the window allows. */
  sendUpTo(count: number): void {
    this.#limit = count;
    this.#pump();
  }

  /** Resolves when all that was allowed is acknowledged, or the connection ended. */
  async settle(): Promise<boolean> {
    while (!this.settled && this.connected) {
      await new Promise<void>((resolve) => {
        this.#onChange = resolve;
      });
    }
    return this.settled;
  }

  /** Ends the session; `abruptly` without a DISCONNECT. */
  close(abruptly = false): void {
    const socket = this.#socket;
    this.#lost();
    this.#socket = undefined;
    if (abruptly) socket?.destroy();
    else socket?.end(DISCONNECT);
  }

  #lost(): void {
    this.connected = false;
    const open = [...this.#inFlight.values()].map(({ serial }) => serial);
    this.#resend = [...open, ...this.#resend];
    this.#inFlight = new Map();
    this.#onChange?.();
  }

  #acknowledge(type: number, packetId: number): void {
    if (type === PUBCOMP || (type !== PUBACK && type !== PUBREC)) return;
    if (type === PUBREC) this.#socket?.write(pubrelPacket(packetId));
    const message = this.#inFlight.get(packetId);
    if (!message) return;
    this.#inFlight.delete(packetId);
    this.acks++;
    this.acknowledged.add(message.serial);
    this.#options.onLatency?.(performance.now() - message.at);
    if (this.#inFlight.size === 0) this.#onChange?.();
  }

  #nextSerial(): number | undefined {
    const again = this.#resend.shift();
    if (again !== undefined) return again;
    if (this.sent >= this.#limit) return undefined;
    return FIRST_SERIAL + this.sent++;
  }

  #freeId(): number {
    do {
      this.#nextId = (this.#nextId % ID_LIMIT) + 1;
    } while (this.#inFlight.has(this.#nextId));
    return this.#nextId;
  }

  #pump(): void {
    if (!this.connected || !this.#socket) return;
    const { bytes, idOffset, timeOffset, serialOffset } = this.#template;
    const room = this.#options.window - this.#inFlight.size;
    if (room <= 0) return;
    const chunk = Buffer.allocUnsafe(bytes.length * room);
    let length = 0;
    const now = performance.now();
    for (let n = 0; n < room; n++) {
      const serial = this.#nextSerial();
      if (serial === undefined) break;
      const id = this.#freeId();
      this.#inFlight.set(id, { serial, at: now });
      bytes.copy(chunk, length);
      chunk.writeUInt16BE(id, length + idOffset);
      writeDigits(chunk, length + timeOffset, this.timeOf(serial), TIME_DIGITS);
      writeDigits(chunk, length + serialOffset, serial, SERIAL_DIGITS);
      length += bytes.length;
    }
    if (length > 0) this.#socket.write(chunk.subarray(0, length));
  }
}
