import type { Site } from "@linli/alerting";
import { DEVICE_KINDS, type Device, deviceSchema } from "@linli/model";
import type { JournalEntry, JournalRecord } from "@linli/stores";
import { createDeviceMemory, type InterpretContext } from "../interpret/index.ts";

/** A registry entry; an environment sensor unless told otherwise. */
export function device(id: string, more: Partial<Device> = {}): Device {
  const plain = { id, kind: "environment-sensor", name: id, placeId: "north", createdAt: 0 };
  return deviceSchema.parse({ ...plain, ...more });
}

/** A registry of these devices. */
export function registryOf(devices: readonly Device[]) {
  const byId = new Map(devices.map((entry) => [entry.id, entry]));
  return {
    device: (id: string) => byId.get(id),
    children: (gatewayId: string) => devices.filter((entry) => entry.gatewayId === gatewayId).map((entry) => entry.id),
    put: (entry: Device) => byId.set(entry.id, entry),
  };
}

export const limits = { rawRetentionMs: 90 * 86_400_000, unknownPointsMax: 4 };

export const site: Site = { timeZone: "Asia/Shanghai", latitude: 31.23, longitude: 121.47 };

export function contextOf(...devices: Device[]): InterpretContext {
  return { registry: registryOf(devices), kinds: DEVICE_KINDS, memory: createDeviceMemory(), limits };
}

/** Entries as the journal would give them back. */
export function recorded(entries: readonly JournalEntry[]): JournalRecord[] {
  return entries.map((given, sequence) => ({ ...given, sequence, position: `p${String(sequence).padStart(6, "0")}` }));
}
