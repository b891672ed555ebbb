import { minutes } from "../../duration.ts";
import { defineKind } from "../../kind.ts";
import { sharedFaults } from "../common-to-all-faults.ts";
import { sharedPoints } from "../common-to-all-points.ts";
import { commands } from "./commands.ts";
import { events } from "./events.ts";
import { faults } from "./faults.ts";
import { points } from "./points.ts";

/** Sells medicines, cold ones included. Vocabulary: OPC 30210-1 and EVA-DTS; temperatures as GSP Annex 3 wants them. */
export const medicineVendingMachine = defineKind({
  id: "medicine-vending-machine",
  label: { zh: "购药机", en: "Medicine vending machine" },
  // A temperature a minute; five minutes without one leave the cold chain unproven.
  lateAfter: minutes(3),
  offlineAfter: minutes(5),
  points: { ...points, ...sharedPoints },
  events,
  faults: { ...faults, ...sharedFaults },
  commands,
});
