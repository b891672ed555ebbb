import { waysTo } from "../stages/route.ts";
import type { AlertCase } from "./alert-case.ts";
import { lookAgain, type Muting, mutingNamed, printOf, remindAt } from "./hide.ts";
import { look } from "./look.ts";
import type { MutingCase } from "./other-cases.ts";
import type { Round } from "./round.ts";

/** Once a minute: was it changed or ended, and what does it still hide? */
export function lookAtMuting(name: string, round: Round): void {
  const { cases, world, now } = round;
  const hidden = cases.mutings.get(name);
  if (hidden === undefined) return;
  const muting = mutingNamed(name, world);
  const ones = hiddenBy(name, hidden, round);
  if (ones.length === 0 || muting === undefined || printOf(muting) !== hidden.print) {
    cases.mutings.drop(name);
    cases.schedule.set(`s:${name}`, undefined);
    // whoever it still mutes will be hidden again
    for (const one of ones) {
      if (one.over === null) one.held = one.held && { ...one.held, about: "" };
      look(one, round);
    }
    return;
  }
  if (!hidden.reminded && now >= remindAt(muting)) {
    hidden.reminded = true;
    remind(muting, ones, round);
  }
  lookAgain(name, hidden, round);
}

/** Those that wait for its end, in order of id. */
function hiddenBy(name: string, hidden: MutingCase, { cases }: Round): AlertCase[] {
  return Object.keys(hidden.alerts)
    .toSorted()
    .flatMap((id) => cases.alerts.get(id) ?? [])
    .filter(({ held, over }) =>
      over === null
        ? held !== null && `${held.by}.${held.about}` === name
        : over.phase === "due" && over.mutedBy === name,
    );
}

/** Its author hears what will be told once it ends. */
function remind({ by, value }: Muting, ones: readonly AlertCase[], round: Round): void {
  const { now, world } = round;
  for (const one of ones) {
    if (one.over !== null) continue;
    for (const recipient of waysTo(value.by, { subject: round.subject(one), now, world })) {
      round.tell({ one, recipient, occasion: "handover", reason: "reminded", about: `${by} ${value.id}` });
    }
  }
}
