import { type AlertItem, compareSeverity } from "@linli/model";

const first = (a: boolean, b: boolean) => Number(b) - Number(a);

/** What is over keeps the server's order. */
function compareUrgency({ alert: a, care: ofA }: AlertItem, { alert: b, care: ofB }: AlertItem): number {
  if (!a.active || !b.active) return first(a.active, b.active);
  return (
    first(a.lifeSafety, b.lifeSafety) ||
    compareSeverity(b.severity, a.severity) ||
    first(!ofA?.acknowledgedAt, !ofB?.acknowledgedAt) ||
    a.openedAt - b.openedAt
  );
}

/** Open ones first: a life in danger, then severity, then what nobody answers for, then what has waited longest. */
export function byUrgency(items: readonly AlertItem[]): AlertItem[] {
  return items.toSorted(compareUrgency);
}
