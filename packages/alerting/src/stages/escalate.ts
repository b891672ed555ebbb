import type { Escalation } from "@linli/model";

/** So late, and it was we who slept: all that is overdue is sent at once. */
const OVERDUE = 60_000;

export interface StepsDue {
  /** Indexes of the steps that are due, in order. */
  readonly steps: readonly number[];
  /** Where the chain stands after them. */
  readonly step: number;
  readonly dueAt: number | null;
  /** Several at once, or one so late that we must have been away. */
  readonly overdue: boolean;
}

/** Every step whose time has come: after an outage of ours all of them are one. */
export function stepsDue(
  { steps }: Escalation,
  chain: { readonly step: number; readonly dueAt: number | null },
  now: number,
): StepsDue {
  const due: number[] = [];
  let { step, dueAt } = chain;
  const overdue = step > 0 && dueAt !== null && now - dueAt > OVERDUE;
  while (step < steps.length && dueAt !== null && dueAt <= now) {
    due.push(step);
    step++;
    dueAt += steps[step]?.after ?? 0;
  }
  return { steps: due, step, dueAt, overdue: overdue || due.length > 1 };
}
