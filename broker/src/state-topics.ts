import { type DeviceState, formatTopic } from "@linli/model";
import type { PublishStatesCall } from "@linli/runtime";
import type { Aedes } from "aedes";

const EMPTY = Buffer.alloc(0);

/**
 * The retained `linli/v1/state/{deviceId}` messages: for integrators, at QoS 0, in memory, one per known device. They are
 * coalesced: a reader that cannot follow misses steps, never the last word.
 */
export class StateTopics {
  readonly #aedes: Aedes;
  readonly #isKnown: (deviceId: string) => boolean;

  constructor(aedes: Aedes, isKnown: (deviceId: string) => boolean) {
    this.#aedes = aedes;
    this.#isKnown = isKnown;
  }

  publish(states: PublishStatesCall["states"]): void {
    for (const { deviceId, payload } of states) if (this.#isKnown(deviceId)) this.#put(deviceId, Buffer.from(payload));
  }

  /** What the store holds, at start. */
  restore(states: readonly DeviceState[]): void {
    this.publish(states.map((state) => ({ deviceId: state.deviceId, payload: JSON.stringify(state) })));
  }

  /** A retired device has no state. */
  clear(deviceId: string): void {
    this.#put(deviceId, EMPTY);
  }

  #put(deviceId: string, payload: Buffer): void {
    const topic = formatTopic({ type: "state", deviceId });
    this.#aedes.publish({ cmd: "publish", topic, payload, qos: 0, retain: true, dup: false }, () => {});
  }
}
