import { type Escalation, hours, minutes, type Severity } from "@linli/model";

const onCall = [{ onCall: true as const }];
const members = [{ members: true as const }];
const desk = [{ desk: true as const }];

/** Fifteen minutes, half an hour, then every hour. */
const REMINDERS = [minutes(15), minutes(30), minutes(60)];

/**
 * Who is told, and when, where nothing is arranged: steps as far apart as the severity allows for an answer. `low` and
 * `informational` ask nobody now, so they have no step: they stand in the list, and in the digest.
 */
export const DEFAULT_ESCALATIONS: Readonly<Record<Severity, Escalation>> = {
  critical: {
    id: "built-in-critical",
    name: "critical",
    steps: [
      { after: 0, targets: onCall, by: "urgent" },
      { after: minutes(3), targets: members, by: "urgent" },
      { after: minutes(3), targets: desk, by: "urgent" },
    ],
    reminders: REMINDERS,
    mostReminders: 12,
  },
  high: {
    id: "built-in-high",
    name: "high",
    steps: [
      { after: 0, targets: onCall, by: "default" },
      { after: minutes(15), targets: onCall, by: "urgent" },
      { after: minutes(15), targets: desk, by: "default" },
    ],
    reminders: REMINDERS,
    mostReminders: 12,
  },
  medium: {
    id: "built-in-medium",
    name: "medium",
    steps: [
      { after: 0, targets: onCall, by: "default" },
      { after: hours(4), targets: onCall, by: "default" },
    ],
    reminders: [hours(4)],
    mostReminders: 3,
  },
  low: { id: "built-in-low", name: "low", steps: [], reminders: [], mostReminders: 0 },
  informational: { id: "built-in-informational", name: "informational", steps: [], reminders: [], mostReminders: 0 },
};

/** Told so long after the last step of a chain that forgot the desk. */
const DESK_AFTER = minutes(3);

export function endsAtDesk({ steps }: Escalation): boolean {
  return steps.at(-1)?.targets.some((target) => "desk" in target) ?? false;
}

/** Every chain of a critical alert ends at the desk that is manned around the clock, whatever was arranged. */
export function withDesk(escalation: Escalation): Escalation {
  if (endsAtDesk(escalation)) return escalation;
  return { ...escalation, steps: [...escalation.steps, { after: DESK_AFTER, targets: desk, by: "urgent" }] };
}
