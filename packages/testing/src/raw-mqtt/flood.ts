import { connect, type Socket } from "node:net";
import { CONNACK, connectPacket, createAckReader, DISCONNECT, PUBACK, publishTemplate } from "./packets.ts";

const ID_LIMIT = 65_535;
const TIME = "1".repeat(13);

export interface FloodConnection {
  readonly user: string;
  readonly password: string;
  /** Published to in turn: one for a device, its children's for a gateway. */
  readonly topics: readonly string[];
}

export interface FloodOptions {
  readonly host?: string;
  readonly port: number;
  readonly connections: readonly FloodConnection[];
  /** Most messages sent and not yet acknowledged, per connection. */
  readonly window: number;
  /** JSON members of `values`, such as `"temperature":21.5,"humidity":40`. */
  readonly members: string;
  /** Observation time of the first message, epoch ms. */
  readonly firstAt: number;
  /** How much later each further round over the topics is observed, ms: as far apart as the devices would send. */
  readonly stepMs: number;
}

export interface FloodResult {
  readonly acknowledged: number;
  readonly seconds: number;
  /** Milliseconds from write to acknowledgement, sorted. */
  readonly latencies: Float64Array;
}

interface Template {
  readonly bytes: Buffer;
  readonly idOffset: number;
  readonly timeOffset: number;
}

/** Makes client ids that no two sessions share. */
let lines = 0;

/** One pipelined session. Acknowledgements come in order, so counting them is enough. */
class Line {
  acknowledged = 0;
  sent = 0;
  readonly socket: Socket;
  readonly ready: Promise<boolean>;
  readonly #templates: readonly Template[];
  readonly #sentAt: Float64Array;
  readonly #latencies: number[];
  readonly #onProgress: () => void;

  constructor(
    options: FloodOptions,
    { user, password, topics }: FloodConnection,
    latencies: number[],
    onProgress: () => void,
  ) {
    const payload = Buffer.from(`{"ts":${TIME},"values":{${options.members}}}`);
    this.#templates = topics.map((topic) => {
      const { bytes, idOffset, payloadOffset } = publishTemplate(topic, payload, 1);
      return { bytes, idOffset, timeOffset: payloadOffset + '{"ts":'.length };
    });
    this.#sentAt = new Float64Array(options.window);
    this.#latencies = latencies;
    this.#onProgress = onProgress;
    this.socket = connect(options.port, options.host ?? "127.0.0.1");
    this.socket.setNoDelay(true);
    this.socket.on("error", () => {});
    const { promise, resolve } = Promise.withResolvers<boolean>();
    this.ready = promise;
    const read = createAckReader((type, value) => {
      if (type === CONNACK) resolve((value & 255) === 0);
      else if (type === PUBACK) this.#acknowledge();
    });
    this.socket.on("data", (chunk: Buffer) => {
      read(chunk);
      this.#onProgress();
    });
    this.socket.on("close", () => resolve(false));
    this.socket.on("connect", () =>
      this.socket.write(connectPacket(`flood-${process.pid}-${lines++}`, user, password)),
    );
  }

  #acknowledge(): void {
    const sentAt = this.#sentAt[this.acknowledged % this.#sentAt.length] ?? 0;
    this.acknowledged++;
    if (sentAt > 0) this.#latencies.push(performance.now() - sentAt);
  }

  /** Sends at most `count` more, as the window allows; tells how many. */
  send(count: number, { firstAt, stepMs }: FloodOptions, timed: boolean): number {
    const window = this.#sentAt.length;
    const room = Math.min(count, window - (this.sent - this.acknowledged));
    if (room <= 0) return 0;
    const longest = this.#templates[0]?.bytes.length ?? 0;
    const chunk = Buffer.allocUnsafe(room * (longest + 16));
    const now = timed ? performance.now() : 0;
    let length = 0;
    for (let n = 0; n < room; n++) {
      const template = this.#templates[this.sent % this.#templates.length];
      if (!template) break;
      const { bytes, idOffset, timeOffset } = template;
      bytes.copy(chunk, length);
      chunk.writeUInt16BE((this.sent % ID_LIMIT) + 1, length + idOffset);
      writeTime(chunk, length + timeOffset, firstAt + stepMs * Math.floor(this.sent / this.#templates.length));
      this.#sentAt[this.sent % window] = now;
      length += bytes.length;
      this.sent++;
    }
    this.socket.write(chunk.subarray(0, length));
    return room;
  }
}

function writeTime(target: Buffer, offset: number, at: number): void {
  let rest = at;
  for (let position = offset + TIME.length - 1; position >= offset; position--) {
    target[position] = 48 + (rest % 10);
    rest = Math.floor(rest / 10);
  }
}

/** A fleet that sends as fast as it is acknowledged, or at a steady rate. Loopback only, bounded in messages. */
export class Flood {
  readonly #options: FloodOptions;
  readonly #lines: Line[];
  readonly #latencies: number[] = [];
  #onProgress: () => void = () => {};

  constructor(options: FloodOptions) {
    this.#options = options;
    const progress = () => this.#onProgress();
    this.#lines = options.connections.map((connection) => new Line(options, connection, this.#latencies, progress));
  }

  /** Resolves true when every connection was let in. */
  async connected(): Promise<boolean> {
    return (await Promise.all(this.#lines.map(({ ready }) => ready))).every(Boolean);
  }

  get acknowledged(): number {
    return this.#lines.reduce((sum, line) => sum + line.acknowledged, 0);
  }

  /** By connection: the first so many of its messages were acknowledged. */
  get acknowledgedEach(): readonly number[] {
    return this.#lines.map((line) => line.acknowledged);
  }

  /** Sends so many messages and resolves when all are acknowledged; `perSecond` paces them. */
  run(messages: number, perSecond = Number.POSITIVE_INFINITY): Promise<FloodResult> {
    const { promise, resolve, reject } = Promise.withResolvers<FloodResult>();
    const start = performance.now();
    const already = this.acknowledged;
    const isPaced = Number.isFinite(perSecond);
    this.#latencies.length = 0;
    let sent = 0;
    let next = 0;
    const pump = () => {
      const due = isPaced ? Math.floor(((performance.now() - start) / 1_000) * perSecond) : messages;
      const allowed = Math.min(messages, due) - sent;
      let left = allowed;
      for (let turn = 0; turn < this.#lines.length && left > 0; turn++) {
        const line = this.#lines[next++ % this.#lines.length];
        const share = isPaced ? Math.ceil(allowed / this.#lines.length) : left;
        left -= line?.send(Math.min(left, share), this.#options, isPaced) ?? 0;
      }
      sent += allowed - left;
      if (this.acknowledged - already < messages) return;
      clearInterval(timer);
      this.#onProgress = () => {};
      const latencies = Float64Array.from(this.#latencies).sort();
      resolve({ acknowledged: messages, seconds: (performance.now() - start) / 1_000, latencies });
    };
    const timer = setInterval(
      () => {
        if (this.#lines.some(({ socket }) => socket.destroyed)) {
          clearInterval(timer);
          return reject(new Error("a connection was closed"));
        }
        pump();
      },
      isPaced ? 2 : 100,
    );
    this.#onProgress = isPaced ? () => {} : pump;
    pump();
    return promise;
  }

  close(): void {
    for (const { socket } of this.#lines) socket.end(DISCONNECT);
  }
}
