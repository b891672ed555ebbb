import { endOf } from "../duty/silence.ts";
import { waysTo } from "../stages/route.ts";
import { REMIND_AUTHOR_BEFORE } from "../stages/silence.ts";
import type { AlertCase } from "./alert-case.ts";
import type { SilenceCase } from "./other-cases.ts";
import type { Round } from "./round.ts";

function lookAt(id: string, hidden: SilenceCase, at: number | null, round: Round): void {
  hidden.lookAt = at;
  round.cases.silences.touch(id);
  round.cases.schedule.set(`s:${id}`, at ?? undefined);
}

/** A silence lists what it hid. */
export function hide(id: string, one: AlertCase, round: Round): void {
  const { cases, world } = round;
  const silence = world.arrangements.silence.find((candidate) => candidate.id === id);
  if (silence === undefined) return;
  const hidden = cases.silences.get(id) ?? cases.silences.add(id, { alerts: {}, reminded: false, lookAt: null });
  hidden.alerts[one.alert.id] = true;
  const remindAt = silence.until - REMIND_AUTHOR_BEFORE;
  lookAt(id, hidden, remindAt > round.now && !hidden.reminded ? remindAt : silence.until, round);
}

/** Its author is reminded of what it hides before it ends; afterwards it is forgotten. */
export function lookAtSilence(id: string, round: Round): void {
  const { cases, world, now } = round;
  const hidden = cases.silences.get(id);
  if (hidden === undefined) return;
  const silence = world.arrangements.silence.find((one) => one.id === id);
  if (silence === undefined || now >= endOf(silence)) {
    cases.silences.drop(id);
    cases.schedule.set(`s:${id}`, undefined);
    return;
  }
  lookAt(id, hidden, silence.until, round);
  if (hidden.reminded) return;
  hidden.reminded = true;
  for (const alertId of Object.keys(hidden.alerts).toSorted()) {
    const one = cases.alerts.get(alertId);
    if (one === undefined || one.over !== null || one.held?.about !== id) continue;
    const subject = round.subject(one);
    for (const recipient of waysTo(silence.by, { subject, now, world })) {
      round.tell({ one, recipient, occasion: "handover", reason: "reminded", about: id });
    }
  }
}
