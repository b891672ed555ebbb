import type { Routed, Subject } from "../duty/world.ts";

/** Whether an alert asks nobody now: an informational rule, or a chain without a step. It stands in lists and digests. */
export function asksNobody({ alert, rule }: Subject, { escalation }: Routed): boolean {
  if (alert.lifeSafety) return false;
  return rule?.start === "informational" || alert.severity === "informational" || escalation.steps.length === 0;
}

/** The next time the digest is due: 08:00 by the site's clock. */
export function nextDigest(after: number, timeZone: string): number {
  const local = Temporal.Instant.fromEpochMilliseconds(after).toZonedDateTimeISO(timeZone);
  const today = local.withPlainTime({ hour: 8 });
  const next = today.epochMilliseconds > after ? today : today.add({ days: 1 });
  return next.epochMilliseconds;
}
