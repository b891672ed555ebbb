import { seconds } from "@linli/model";
import type { Settings } from "@linli/runtime";
import type { DoorLimits } from "./door.ts";
import type { IntakeLimits } from "./journal-intake.ts";

export interface BrokerLimits extends DoorLimits, IntakeLimits {
  /** How long a client may leave what we send unread. */
  readonly drainTimeoutMs: number;
  /** How long a stop waits for what is in flight. */
  readonly stopTimeoutMs: number;
}

export function limitsOf(settings: Settings): BrokerLimits {
  return {
    maxConnections: settings.LINLI_MQTT_MAX_CONNECTIONS,
    maxPendingPerAddress: 10_000,
    connectTimeoutMs: seconds(5),
    maxPendingBytes: 32 << 20,
    holdMs: seconds(5),
    drainTimeoutMs: seconds(1),
    stopTimeoutMs: seconds(5),
  };
}
