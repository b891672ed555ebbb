import type { DeviceState, StreamEvents } from "@linli/model";

/** Where a stream's text goes. */
export interface Sink {
  write(text: string): void;
  /** Bytes accepted but not taken by the network yet. */
  pendingBytes(): number;
  /** Cuts it off. */
  close(): void;
}

/** More unread than this ends the stream. */
const MOST_PENDING_BYTES = 1 << 20;
/** With more unread than this, states wait. */
const ROOM_BYTES = 1 << 16;
/** Nothing taken for this long, with something waiting, ends the stream. */
export const STALL_MS = 15_000;
const STATES_PER_EVENT = 500;

const stateText = new WeakMap<DeviceState, string>();

/** States are told to many streams: each is written as text once. */
function textOf(state: DeviceState): string {
  const known = stateText.get(state);
  if (known !== undefined) return known;
  const text = JSON.stringify(state);
  stateText.set(state, text);
  return text;
}

function formatEvent<Name extends keyof StreamEvents>(event: Name, data: StreamEvents[Name], id?: number): string {
  return `${id === undefined ? "" : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}

/**
 * One reader of the live stream. What it holds for a slow reader is bounded: changes by bytes, states by the number of
 * devices, since only which ones changed is remembered and the newest is sent when there is room.
 */
export class Stream {
  readonly #sink: Sink;
  readonly #dirty = new Set<string>();
  #stalledSince: number | undefined;
  #open = true;

  constructor(sink: Sink) {
    this.#sink = sink;
  }

  get isOpen(): boolean {
    return this.#open;
  }

  send<Name extends keyof StreamEvents>(event: Name, data: StreamEvents[Name], id?: number): void {
    if (!this.#open) return;
    this.#sink.write(formatEvent(event, data, id));
    if (this.#sink.pendingBytes() > MOST_PENDING_BYTES) this.close();
  }

  markDirty(deviceId: string): void {
    if (this.#open) this.#dirty.add(deviceId);
  }

  /** Cuts off a reader that has taken nothing for long; to be asked before anything more is written. */
  check(monotonicMs: number): void {
    if (this.#sink.pendingBytes() === 0) this.#stalledSince = undefined;
    else this.#stalledSince ??= monotonicMs;
    if (this.#stalledSince !== undefined && monotonicMs - this.#stalledSince >= STALL_MS) this.close();
  }

  /** Sends the newest states of what changed, as far as the reader keeps up. */
  flush(stateOf: (deviceId: string) => DeviceState | undefined): void {
    while (this.#open && this.#dirty.size > 0 && this.#sink.pendingBytes() < ROOM_BYTES) this.#sendStates(stateOf);
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#dirty.clear();
    this.#sink.close();
  }

  #sendStates(stateOf: (deviceId: string) => DeviceState | undefined): void {
    const texts: string[] = [];
    for (const deviceId of this.#dirty) {
      this.#dirty.delete(deviceId);
      const state = stateOf(deviceId);
      if (state) texts.push(textOf(state));
      if (texts.length === STATES_PER_EVENT) break;
    }
    if (texts.length > 0) this.#sink.write(`event: state\ndata: [${texts.join(",")}]\n\n`);
  }
}
