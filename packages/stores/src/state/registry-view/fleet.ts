import type { Device } from "@linli/model";
import { inSlices } from "./in-slices.ts";

const NONE: ReadonlySet<string> = new Set();

/** The devices in service, and which of them each gateway publishes for. */
export class Fleet {
  readonly #devices = new Map<string, Device>();
  readonly #children = new Map<string, Set<string>>();

  static async of(devices: readonly Device[]): Promise<Fleet> {
    const fleet = new Fleet();
    await inSlices(devices, (device) => fleet.put(device.id, device));
    return fleet;
  }

  device(id: string): Device | undefined {
    return this.#devices.get(id);
  }

  devices(): IterableIterator<Device> {
    return this.#devices.values();
  }

  ids(): IterableIterator<string> {
    return this.#devices.keys();
  }

  children(gatewayId: string): ReadonlySet<string> {
    return this.#children.get(gatewayId) ?? NONE;
  }

  /** Replaces what was known of it; an absent or retired one is taken out. */
  put(id: string, device: Device | undefined): void {
    this.#leaveGateway(this.#devices.get(id));
    if (device === undefined || device.retiredAt !== null) {
      this.#devices.delete(id);
      return;
    }
    this.#devices.set(id, device);
    if (device.gatewayId === null) return;
    const siblings = this.#children.get(device.gatewayId);
    if (siblings) siblings.add(id);
    else this.#children.set(device.gatewayId, new Set([id]));
  }

  #leaveGateway(device: Device | undefined): void {
    if (device === undefined || device.gatewayId === null) return;
    const siblings = this.#children.get(device.gatewayId);
    siblings?.delete(device.id);
    if (siblings?.size === 0) this.#children.delete(device.gatewayId);
  }
}
