import { cameraFaults } from "./camera.ts";
import { clinicKioskFaults } from "./clinic-kiosk.ts";
import { elevatorFaults } from "./elevator.ts";
import { environmentSensorFaults } from "./environment-sensor.ts";
import type { FaultType } from "./fault.ts";
import { gatewayFaults } from "./gateway.ts";
import { gymMachineFaults, gymRoomFaults } from "./gym.ts";
import { medicineVendingMachineFaults } from "./medicine-vending-machine.ts";
import { sharedFaults } from "./shared.ts";
import { streetlightFaults } from "./streetlight.ts";

const OF_KIND: Readonly<Record<string, Readonly<Record<string, FaultType>>>> = {
  gateway: gatewayFaults,
  elevator: elevatorFaults,
  streetlight: streetlightFaults,
  camera: cameraFaults,
  "clinic-kiosk": clinicKioskFaults,
  "medicine-vending-machine": medicineVendingMachineFaults,
  "gym-machine": gymMachineFaults,
  "gym-room": gymRoomFaults,
  "environment-sensor": environmentSensorFaults,
};

/** The faults of each kind, by name: the worst that its devices do. */
export const FAULTS: ReadonlyMap<string, Readonly<Record<string, FaultType>>> = new Map(
  Object.entries(OF_KIND).map(([kind, faults]) => [kind, { ...sharedFaults, ...faults }]),
);
