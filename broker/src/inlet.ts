import type { Duplex } from "node:stream";
import type { PacketScanner, Violation } from "./packet-scanner.ts";
import type { Valve } from "./valve.ts";

/** `rate`: it sends too fast; `unread`: it does not read what we send. */
type Pause = "rate" | "unread" | "closed";

export interface InletOptions {
  readonly valve: Valve;
  readonly scanner: PacketScanner;
  /** Length of the CONNECT packet that waits in the stream. */
  readonly connectBytes: number;
  violated(violation: Violation): void;
  /** Called with the number of PUBLISH packets begun in what is about to be parsed. */
  published(count: number): void;
}

/**
 * What Aedes reads of a connection, and when. Aedes goes on reading while its hooks are pending, and its own pause loses
 * count of what it has in hand; so the stream's `read` is ours: it gives nothing while paused or while the valve is
 * closed (what arrives stays in the socket and then with the sender), it gives CONNECT alone and the rest only after
 * the login, and every byte passes the scanner first. It also reads *all* that is buffered: since Node 26 a plain
 * `read()` gives a single chunk, and Aedes, which reads once per wake-up, would wait for ever on a WebSocket.
 */
export class Inlet {
  readonly #conn: Duplex;
  readonly #options: InletOptions;
  readonly #read: (size?: number) => Buffer | null;
  readonly #wake = () => this.#offer();
  readonly #pauses = new Set<Pause>();
  #begun = false;
  #connectGiven = false;

  constructor(conn: Duplex, options: InletOptions) {
    this.#conn = conn;
    this.#options = options;
    this.#read = conn.read.bind(conn);
    conn.read = (size?: number) => this.#give(size);
  }

  /** After the login: everything behind CONNECT may come. */
  begin(): void {
    this.#begun = true;
    this.#offer();
  }

  pause(why: Pause): void {
    this.#pauses.add(why);
  }

  resume(why: Pause): void {
    this.#pauses.delete(why);
    this.#offer();
  }

  close(): void {
    this.#pauses.add("closed");
    this.#options.valve.forget(this.#wake);
  }

  #give(size?: number): Buffer | null {
    if (size === 0) return this.#read(0);
    if (!this.#begun) return this.#giveConnect();
    if (this.#pauses.size > 0) return null;
    if (this.#options.valve.closed) {
      this.#options.valve.wait(this.#wake);
      return null;
    }
    const chunk = this.#read(size ?? (this.#conn.readableLength || undefined));
    if (chunk === null) return null;
    const { scanner } = this.#options;
    const violation = scanner.scan(chunk);
    if (violation) {
      this.#options.violated(violation);
      return null;
    }
    if (scanner.publishes > 0) {
      this.#options.published(scanner.publishes);
      scanner.publishes = 0;
    }
    return chunk;
  }

  #giveConnect(): Buffer | null {
    if (this.#connectGiven) return null;
    this.#connectGiven = true;
    return this.#read(this.#options.connectBytes);
  }

  /** Tells the reader that something may be there; it asks again. */
  #offer(): void {
    if (this.#conn.destroyed) return;
    if (this.#conn.readableLength > 0) this.#conn.emit("readable");
    else this.#read(0);
  }
}
