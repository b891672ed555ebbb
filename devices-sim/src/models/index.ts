import { camera } from "./camera.ts";
import { clinicKiosk } from "./clinic-kiosk.ts";
import { elevator } from "./elevator.ts";
import { environmentSensor } from "./environment-sensor.ts";
import { gateway } from "./gateway.ts";
import { gymMachine } from "./gym-machine.ts";
import { gymRoom } from "./gym-room.ts";
import { medicineVendingMachine } from "./medicine-vending-machine.ts";
import type { ModelFactory } from "./model.ts";
import { streetlight } from "./streetlight.ts";

/** How each kind of device behaves. Adding one: a file beside this one, and one line here. */
export const MODELS: ReadonlyMap<string, ModelFactory> = new Map<string, ModelFactory>([
  ["gateway", gateway],
  ["elevator", elevator],
  ["streetlight", streetlight],
  ["camera", camera],
  ["clinic-kiosk", clinicKiosk],
  ["medicine-vending-machine", medicineVendingMachine],
  ["gym-machine", gymMachine],
  ["gym-room", gymRoom],
  ["environment-sensor", environmentSensor],
]);
