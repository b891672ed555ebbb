import { minutes, seconds } from "../../duration.ts";
import { defineKind } from "../../kind.ts";
import { sharedFaults } from "../common-to-all-faults.ts";
import { sharedPoints } from "../common-to-all-points.ts";
import { commands } from "./commands.ts";
import { events } from "./events.ts";
import { faults } from "./faults.ts";
import { points } from "./points.ts";

/** Lifts, retrofitted ones included. Vocabulary: the BACnet Lift object (ASHRAE 135, 12.59). */
export const elevator = defineKind({
  id: "elevator",
  label: { zh: "电梯", en: "Lift" },
  // Heartbeats come every 10 to 60 s depending on the controller. A blind lift hides an entrapment: 90 s is late.
  lateAfter: seconds(90),
  offlineAfter: minutes(5),
  points: { ...points, ...sharedPoints },
  events,
  faults: { ...faults, ...sharedFaults },
  commands,
});
