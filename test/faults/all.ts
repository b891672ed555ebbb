import { f01 } from "./f01-kill.ts";
import type { Fault } from "./fault.ts";

/** Every fault that can be run, in order. */
export const FAULTS: readonly Fault[] = [f01];
