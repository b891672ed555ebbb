import { minutes } from "../../duration.ts";
import { defineKind } from "../../kind.ts";
import { sharedFaults } from "../common-to-all-faults.ts";
import { sharedPoints } from "../common-to-all-points.ts";
import { commands } from "./commands.ts";
import { events } from "./events.ts";
import { faults } from "./faults.ts";
import { points } from "./points.ts";

/** Health of a camera and of its recording; no pictures. Vocabulary: ONVIF event topics, FIWARE Camera. */
export const camera = defineKind({
  id: "camera",
  label: { zh: "摄像头", en: "Camera" },
  // Stream health comes once a minute.
  lateAfter: minutes(3),
  offlineAfter: minutes(5),
  points: { ...points, ...sharedPoints },
  events,
  faults: { ...faults, ...sharedFaults },
  commands,
});
