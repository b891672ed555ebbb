import type { Device, DeviceKind } from "@linli/model";
import type { DeviceMemory } from "./device-memory.ts";

export interface InterpretLimits {
  /** Older readings are refused; ms. */
  readonly rawRetentionMs: number;
  /** Undeclared points kept per device. */
  readonly unknownPointsMax: number;
}

/** All that interpreting depends on besides the record itself. */
export interface InterpretContext {
  readonly registry: { device(id: string): Device | undefined };
  readonly kinds: ReadonlyMap<string, DeviceKind>;
  readonly memory: DeviceMemory;
  readonly limits: InterpretLimits;
}
