import { minutes } from "../../duration.ts";
import { defineKind } from "../../kind.ts";
import { sharedFaults } from "../common-to-all-faults.ts";
import { sharedPoints } from "../common-to-all-points.ts";
import { commands } from "./commands.ts";
import { faultPoints, faults } from "./faults.ts";
import { points } from "./points.ts";

/** One lamp on its pole. Vocabulary: FIWARE Streetlight, uCIFI 3416 to 3419 and 3429, D4i part 253. */
export const streetlight = defineKind({
  id: "streetlight",
  label: { zh: "路灯", en: "Streetlight" },
  // Metering comes every 15 min; the 5-minute photocell is fitted to few, so it cannot set the time-out.
  lateAfter: minutes(35),
  offlineAfter: minutes(50),
  points: { ...points, ...faultPoints, ...sharedPoints },
  events: {},
  faults: { ...faults, ...sharedFaults },
  commands,
});
