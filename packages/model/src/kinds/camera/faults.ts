import type { Fault } from "../../kind.ts";
import { points } from "./points.ts";

/** The flags that mean that something is broken, each a boolean point of the same name. */
const BROKEN = ["signalLoss", "storageFailure", "fanFailure", "powerSupplyFailure", "temperatureCritical"] as const;

export const faults: Readonly<Record<string, Fault>> = Object.fromEntries(
  Object.entries(points)
    .filter(([name]) => BROKEN.some((broken) => broken === name))
    .map(([name, { label, source }]) => [name, { label, source }]),
);
