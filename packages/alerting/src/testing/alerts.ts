import { type Alert, type Rule, ruleSchema } from "@linli/model";

export const ALERT_AT = Date.parse("2026-06-01T08:14:00Z");

/** An alert as the engine opened it, changed as a test asks. */
export function alertOf(changes: Partial<Alert> = {}): Alert {
  const ruleId = changes.ruleId ?? "lift.entrapment";
  const deviceId = changes.deviceId ?? "elevator-07";
  return {
    id: `${ruleId}_${deviceId}_mb3x8k2p`,
    ruleId,
    ruleVersion: 1,
    deviceId,
    severity: "critical",
    lifeSafety: false,
    active: true,
    latched: false,
    stale: false,
    openedAt: ALERT_AT,
    beganAt: ALERT_AT,
    lastSeenAt: ALERT_AT,
    clearedAt: null,
    endedBy: null,
    facts: [],
    ...changes,
  };
}

type GivenRule = Partial<Omit<Rule, "levels">> & { readonly levels?: readonly unknown[] };

/** A rule of which only the words and the team matter. */
export function ruleOf(changes: GivenRule = {}): Rule {
  return ruleSchema.parse({
    id: "lift.entrapment",
    name: { zh: "有人被困", en: "Passenger trapped" },
    start: "armed",
    role: "lift-maintainer",
    levels: [{ severity: "critical", when: { event: "entrapment" } }],
    text: { zh: "轿厢内有人被困", en: "Somebody is trapped in the car" },
    steps: { zh: "1. 先与乘客通话。\n2. 派人到场。", en: "1. **Speak** to them first.\n2. Send somebody." },
    ...changes,
  });
}
