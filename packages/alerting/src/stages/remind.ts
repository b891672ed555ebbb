import { days, type Escalation } from "@linli/model";

/** After so long the shift brief tells of it instead. */
const LONG = days(1);

interface Open {
  readonly openedAt: number;
  readonly lifeSafety: boolean;
}

/** How long after the last telling a reminder is due; undefined = none any more. */
export function reminderAfter({ reminders }: Escalation, sent: number): number | undefined {
  return reminders[Math.min(sent, reminders.length - 1)];
}

/** Whether reminders have an end: never those of life safety. */
export function isRemindedEnough({ mostReminders }: Escalation, sent: number, alert: Open, now: number): boolean {
  return !alert.lifeSafety && (sent >= mostReminders || now - alert.openedAt >= LONG);
}
