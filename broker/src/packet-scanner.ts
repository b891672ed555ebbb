/** Packet types of MQTT 3.1.1 §2.2.1 that matter before parsing. */
const CONNECT = 1;
const PUBLISH = 3;
const SUBSCRIBE = 8;
const DISCONNECT = 14;

const MAX_LENGTH_BYTES = 4;
const MAX_FILTERS_PER_SUBSCRIBE = 32;

export type Violation = "packet-too-large" | "malformed-packet" | "not-connect" | "too-many-filters";

/** The length of the CONNECT packet that `bytes` begin with, header included; `undefined` while more is needed to tell. */
export function connectLength(bytes: Uint8Array, maxBytes: number): number | Violation | undefined {
  const first = bytes[0];
  if (first === undefined) return undefined;
  if (first !== CONNECT << 4) return "not-connect";
  let length = 0;
  for (let at = 1; at <= MAX_LENGTH_BYTES; at++) {
    const byte = bytes[at];
    if (byte === undefined) return undefined;
    length |= (byte & 0x7f) << (7 * (at - 1));
    if (byte < 0x80) return at + 1 + length > maxBytes ? "packet-too-large" : at + 1 + length;
  }
  return "malformed-packet";
}

/**
 * Follows the packet boundaries of a stream without parsing it (MQTT 3.1.1 §2.2.3), so that a declared length is
 * refused before a byte of it is kept. Counts what the limits are about.
 */
export class PacketScanner {
  /** PUBLISH packets begun since the last look. */
  publishes = 0;
  /** A DISCONNECT was sent: the client means to go. */
  disconnected = false;
  readonly #maxBytes: number;
  #type = 0;
  #lengthBytes = 0;
  #length = 0;
  /** Bytes of the present packet still to come; -1 while its header is read. */
  #rest = -1;
  #filterSkip = 2; // the packet id stands before the first filter
  #filterHigh = -1;
  #filters = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  scan(chunk: Uint8Array): Violation | undefined {
    let at = 0;
    while (at < chunk.length) {
      if (this.#rest === -1) {
        const violation = this.#header(chunk[at++] as number);
        if (violation) return violation;
        continue;
      }
      const end = Math.min(chunk.length, at + this.#rest);
      if (this.#type === SUBSCRIBE && this.#countFilters(chunk, at, end)) return "too-many-filters";
      this.#rest -= end - at;
      at = end;
      if (this.#rest === 0) this.#next();
    }
    return undefined;
  }

  #header(byte: number): Violation | undefined {
    if (this.#type === 0) {
      this.#type = byte >> 4;
      if (this.#type === PUBLISH) this.publishes++;
      if (this.#type === DISCONNECT) this.disconnected = true;
      return this.#type === 0 ? "malformed-packet" : undefined;
    }
    this.#length |= (byte & 0x7f) << (7 * this.#lengthBytes++);
    if (byte >= 0x80) return this.#lengthBytes === MAX_LENGTH_BYTES ? "malformed-packet" : undefined;
    if (1 + this.#lengthBytes + this.#length > this.#maxBytes) return "packet-too-large";
    if (this.#length === 0) this.#next();
    else this.#rest = this.#length;
    return undefined;
  }

  #next(): void {
    this.#type = 0;
    this.#lengthBytes = 0;
    this.#length = 0;
    this.#rest = -1;
    this.#filterSkip = 2;
    this.#filterHigh = -1;
    this.#filters = 0;
  }

  /** True when the SUBSCRIBE has more filters than one may have. */
  #countFilters(chunk: Uint8Array, from: number, to: number): boolean {
    let at = from;
    while (at < to) {
      if (this.#filterSkip > 0) {
        const step = Math.min(this.#filterSkip, to - at);
        this.#filterSkip -= step;
        at += step;
      } else if (this.#filterHigh === -1) {
        this.#filterHigh = chunk[at++] as number;
      } else {
        this.#filterSkip = (this.#filterHigh << 8) + (chunk[at++] as number) + 1; // and the requested QoS
        this.#filterHigh = -1;
        if (++this.#filters > MAX_FILTERS_PER_SUBSCRIBE) return true;
      }
    }
    return false;
  }
}
