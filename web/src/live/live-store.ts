import type { DeviceState } from "@linli/model";

/** `connecting` until the first word; `live`; `lost` when the stream ended or said nothing for ten seconds. */
type StreamStatus = "connecting" | "live" | "lost";

/** Silent for this long, the stream counts as lost: everything shown is said to be of an earlier moment. */
export const LOST_AFTER_MS = 10_000;
/** From then on nothing is shown as if it were known. */
export const UNKNOWN_AFTER_MS = 60_000;

export interface LiveView {
  readonly states: ReadonlyMap<string, DeviceState>;
  readonly status: StreamStatus;
  /** By this browser's clock: when the stream last said anything; 0 = never. */
  readonly heardAt: number;
  /** The server's clock minus this browser's, ms. */
  readonly clockOffset: number;
}

const EMPTY: LiveView = { states: new Map(), status: "connecting", heardAt: 0, clockOffset: 0 };

/** What the browser knows of the devices now. Changes reach the screen at most once per frame. */
export class LiveStore {
  #view: LiveView = EMPTY;
  #pending: LiveView | undefined;
  readonly #listeners = new Set<() => void>();
  readonly #schedule: (flush: () => void) => void;

  constructor(schedule: (flush: () => void) => void) {
    this.#schedule = schedule;
  }

  readonly view = (): LiveView => this.#view;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Everything at one moment, instead of what was there. */
  replace(states: readonly DeviceState[]): void {
    this.#change({ states: new Map(states.map((state) => [state.deviceId, state])) });
  }

  patch(states: readonly DeviceState[]): void {
    const merged = new Map((this.#pending ?? this.#view).states);
    for (const state of states) merged.set(state.deviceId, state);
    this.#change({ states: merged });
  }

  /** The stream said something, at `now` by this clock and `serverAt` by the server's. */
  heard(now: number, serverAt?: number): void {
    this.#change({ status: "live", heardAt: now, ...(serverAt !== undefined && { clockOffset: serverAt - now }) });
  }

  lost(): void {
    this.#change({ status: "lost" });
  }

  #change(change: Partial<LiveView>): void {
    const scheduled = this.#pending !== undefined;
    this.#pending = { ...(this.#pending ?? this.#view), ...change };
    if (!scheduled) this.#schedule(() => this.#flush());
  }

  #flush(): void {
    if (!this.#pending) return;
    this.#view = this.#pending;
    this.#pending = undefined;
    for (const listener of this.#listeners) listener();
  }
}
