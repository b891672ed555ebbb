import type { World } from "../world/world.ts";
import { type DeviceInfo, type DeviceModel, MINUTE } from "./model.ts";
import { createVitals } from "./vitals.ts";

/** Carries its children's messages; has a battery for an hour of mains failure. */
export function gateway(device: DeviceInfo, world: World): DeviceModel {
  const vitals = createVitals(device, world, { firmware: ["4.2.0", "4.1.7"] });
  return {
    every: MINUTE,
    observe: (at) => ({
      ...vitals.observe(at),
      batteryLevel: 100,
      uplink: device.tags.uplink ?? "ethernet",
      childrenCount: device.children,
      childrenOnline: device.children,
    }),
    eventsBetween: () => [],
    nextChange: () => Infinity,
  };
}
