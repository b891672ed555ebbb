import { MINUTE } from "../models/model.ts";
import type { FaultType } from "./fault.ts";

/** What may happen to a device of any kind. */
export const sharedFaults: Readonly<Record<string, FaultType>> = {
  /** Nothing comes through, and nothing is kept: no supply, or a radio that is gone. */
  silent: {
    lasts: 30 * MINUTE,
    silences: (lasts) => [{ after: 0, lasts, how: "mute" }],
  },
};
