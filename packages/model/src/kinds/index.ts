import type { DeviceKind } from "../kind.ts";
import { camera } from "./camera/index.ts";
import { clinicKiosk } from "./clinic-kiosk/index.ts";
import { elevator } from "./elevator/index.ts";
import { environmentSensor } from "./environment-sensor/index.ts";
import { gateway } from "./gateway/index.ts";
import { gymMachine } from "./gym-machine/index.ts";
import { gymRoom } from "./gym-room/index.ts";
import { medicineVendingMachine } from "./medicine-vending-machine/index.ts";
import { streetlight } from "./streetlight/index.ts";

/** Every kind of device. Adding one: a folder beside this file, and one line here. */
const ALL: readonly DeviceKind[] = [
  gateway,
  elevator,
  streetlight,
  camera,
  clinicKiosk,
  medicineVendingMachine,
  gymMachine,
  gymRoom,
  environmentSensor,
];

export const DEVICE_KINDS: ReadonlyMap<string, DeviceKind> = new Map(ALL.map((kind) => [kind.id, kind]));
