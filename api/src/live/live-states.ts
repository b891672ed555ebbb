import type { Device, DeviceState } from "@linli/model";

type Listener = (deviceIds: readonly string[]) => void;

/** The state of every device as last heard from watch; the API's own memory, never the truth. */
export class LiveStates {
  readonly #states = new Map<string, DeviceState>();
  readonly #listeners = new Set<Listener>();

  /** What is known of a device; `unknown` since its registration when nothing is. */
  of(device: Pick<Device, "id" | "createdAt">): DeviceState {
    return (
      this.#states.get(device.id) ?? {
        deviceId: device.id,
        connection: "unknown",
        connectionSince: device.createdAt,
        lastSeenAt: null,
        points: {},
      }
    );
  }

  get(deviceId: string): DeviceState | undefined {
    return this.#states.get(deviceId);
  }

  apply(states: readonly DeviceState[]): void {
    for (const state of states) this.#states.set(state.deviceId, state);
    const ids = states.map(({ deviceId }) => deviceId);
    for (const listener of this.#listeners) listener(ids);
  }

  /** Fills in what watch has not told yet: what was stored never replaces what was heard. */
  fill(stored: readonly DeviceState[]): void {
    for (const state of stored) {
      if (!this.#states.has(state.deviceId)) this.#states.set(state.deviceId, state);
    }
  }

  /** Called with the devices of each change; the result ends it. */
  subscribe(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
