import { minutes } from "../../duration.ts";
import { defineKind } from "../../kind.ts";
import { sharedFaults } from "../common-to-all-faults.ts";
import { sharedPoints } from "../common-to-all-points.ts";
import { commands } from "./commands.ts";
import { events } from "./events.ts";
import { points } from "./points.ts";

/** A cloud-clinic kiosk (云诊室): the machine's health and counts; what it measures of people is refused. */
export const clinicKiosk = defineKind({
  id: "clinic-kiosk",
  label: { zh: "云诊室", en: "Clinic kiosk" },
  // Network quality comes once a minute.
  lateAfter: minutes(3),
  offlineAfter: minutes(5),
  points: { ...points, ...sharedPoints },
  events,
  faults: sharedFaults,
  commands,
});
