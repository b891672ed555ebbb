import { camera } from "./camera.ts";
import type { Choice } from "./choice.ts";
import { clinicKiosk } from "./clinic-kiosk.ts";
import { elevator } from "./elevator.ts";
import { environmentSensor } from "./environment-sensor.ts";
import { gateway } from "./gateway.ts";
import { gymMachine } from "./gym-machine.ts";
import { gymRoom } from "./gym-room.ts";
import { medicineVendingMachine } from "./medicine-vending-machine.ts";
import { streetlight } from "./streetlight.ts";

/** What an engineer wants to see of each kind. A kind without an entry has a board made from its declaration. */
export const CHOSEN: Readonly<Record<string, Partial<Choice>>> = {
  gateway,
  elevator,
  streetlight,
  camera,
  "clinic-kiosk": clinicKiosk,
  "medicine-vending-machine": medicineVendingMachine,
  "gym-machine": gymMachine,
  "gym-room": gymRoom,
  "environment-sensor": environmentSensor,
};
