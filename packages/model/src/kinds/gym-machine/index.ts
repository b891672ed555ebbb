import { minutes } from "../../duration.ts";
import { defineKind } from "../../kind.ts";
import { sharedFaults } from "../common-to-all-faults.ts";
import { sharedPoints } from "../common-to-all-points.ts";
import { commands } from "./commands.ts";
import { events } from "./events.ts";
import { points } from "./points.ts";

/** Treadmills, bikes, rowers, cross trainers. Vocabulary: Bluetooth FTMS 1.0.1. */
export const gymMachine = defineKind({
  id: "gym-machine",
  label: { zh: "健身器械", en: "Gym machine" },
  // Motor values come every 10 s, or averaged to one message a minute where the edge does that: the slower one counts.
  lateAfter: minutes(3),
  offlineAfter: minutes(5),
  points: { ...points, ...sharedPoints },
  events,
  faults: sharedFaults,
  commands,
});
