import type { Duplex } from "node:stream";
import type { Clock } from "@linli/runtime";
import { connectLength, type Violation } from "./packet-scanner.ts";

/** CONNECT with its will; more is not read. */
const MAX_CONNECT_BYTES = 64 << 10;

export interface DoorLimits {
  readonly maxConnections: number;
  /** Not yet logged in, from one address. */
  readonly maxPendingPerAddress: number;
  readonly connectTimeoutMs: number;
}

export type DoorDenial = Violation | "too-many-connections" | "too-many-pending" | "connect-timeout" | "stopping";

export interface DoorOptions {
  readonly clock: Clock;
  readonly limits: DoorLimits;
  readonly refused: (reason: DoorDenial, address: string) => void;
  /** A complete CONNECT packet of that many bytes waits in the stream. */
  readonly enter: (conn: Duplex, address: string, connectBytes: number) => void;
}

interface Pending {
  readonly address: string;
  readonly since: number;
}

/**
 * Where a connection waits until it has sent a whole CONNECT packet: until then it costs a socket and what it has sent,
 * at most 64 KiB and for at most 5 s. Nothing is parsed, and no broker state exists for it.
 */
export class Door {
  readonly #options: DoorOptions;
  readonly #pending = new Map<Duplex, Pending>();
  readonly #pendingByAddress = new Map<string, number>();
  #connections = 0;
  #shut = false;

  constructor(options: DoorOptions) {
    this.#options = options;
  }

  /** Connections of any state. */
  get connections(): number {
    return this.#connections;
  }

  /** Nobody comes in any more; who waits is sent away. */
  shut(): void {
    this.#shut = true;
    for (const conn of this.#pending.keys()) conn.destroy();
  }

  accept(conn: Duplex, address: string): void {
    conn.on("error", () => conn.destroy());
    const { limits, clock, refused } = this.#options;
    const denial = this.#denial(address, limits);
    if (denial) {
      refused(denial, address);
      conn.destroy();
      return;
    }
    this.#connections++;
    this.#pending.set(conn, { address, since: clock.monotonic() });
    this.#pendingByAddress.set(address, (this.#pendingByAddress.get(address) ?? 0) + 1);
    conn.once("close", () => {
      this.#connections--;
      this.settled(conn);
    });
    this.#awaitConnect(conn, address);
  }

  /** The login is over, one way or the other. */
  settled(conn: Duplex): void {
    const pending = this.#pending.get(conn);
    if (!pending) return;
    this.#pending.delete(conn);
    const left = (this.#pendingByAddress.get(pending.address) ?? 1) - 1;
    if (left > 0) this.#pendingByAddress.set(pending.address, left);
    else this.#pendingByAddress.delete(pending.address);
  }

  /** To be called several times a second. The oldest stand first. */
  sweep(): void {
    const { clock, limits, refused } = this.#options;
    const now = clock.monotonic();
    for (const [conn, { address, since }] of this.#pending) {
      if (now - since < limits.connectTimeoutMs) return;
      refused("connect-timeout", address);
      this.settled(conn);
      conn.destroy();
    }
  }

  #denial(address: string, limits: DoorLimits): DoorDenial | undefined {
    if (this.#shut) return "stopping";
    if (this.#connections >= limits.maxConnections) return "too-many-connections";
    const pending = this.#pendingByAddress.get(address) ?? 0;
    return pending >= limits.maxPendingPerAddress ? "too-many-pending" : undefined;
  }

  #awaitConnect(conn: Duplex, address: string): void {
    const chunks: Buffer[] = [];
    let buffered = 0;
    const onReadable = () => {
      for (let chunk = conn.read() as Buffer | null; chunk !== null; chunk = conn.read() as Buffer | null) {
        chunks.push(chunk);
        buffered += chunk.length;
      }
      if (buffered === 0) return;
      const bytes = Buffer.concat(chunks);
      const length = connectLength(bytes, MAX_CONNECT_BYTES);
      if (typeof length === "string") {
        this.#options.refused(length, address);
        conn.destroy();
      } else if (length !== undefined && buffered >= length) {
        conn.off("readable", onReadable);
        conn.off("end", onEnd);
        conn.unshift(bytes);
        this.#options.enter(conn, address, length);
      } else {
        chunks.splice(0, chunks.length, bytes);
      }
    };
    const onEnd = () => conn.destroy();
    conn.on("readable", onReadable);
    conn.once("end", onEnd);
  }
}
