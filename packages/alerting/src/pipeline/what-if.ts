import type { Alert, Severity } from "@linli/model";
import type { World } from "../duty/world.ts";

/** "Who would be told if lift 2 trapped someone now?" */
export interface WhatIf {
  readonly ruleId: string;
  readonly deviceId: string;
  readonly severity: Severity;
}

/** The alert that it would be. */
export function imagined({ ruleId, deviceId, severity }: WhatIf, world: World, now: number): Alert {
  const rule = world.rule(ruleId);
  return {
    id: `${ruleId}_${deviceId}_${now.toString(36)}.what-if`,
    ruleId,
    // of no version: it is judged by the one in force
    ruleVersion: 0,
    deviceId,
    severity,
    lifeSafety: rule?.lifeSafety ?? false,
    active: true,
    latched: rule?.latched ?? false,
    stale: false,
    openedAt: now,
    beganAt: now,
    lastSeenAt: now,
    clearedAt: null,
    endedBy: null,
    facts: [],
  };
}
