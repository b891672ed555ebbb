import type { Routed, Subject } from "../duty/world.ts";
import { arriveWithin } from "../stages/acknowledge.ts";
import { stepsDue } from "../stages/escalate.ts";
import { peopleOnSite } from "../stages/maintenance.ts";
import { asksNobody } from "../stages/quiet.ts";
import { isRemindedEnough, reminderAfter } from "../stages/remind.ts";
import { type Audience, audienceOf, waysTo } from "../stages/route.ts";
import { type AlertCase, restart } from "./alert-case.ts";
import { finish } from "./finish.ts";
import { GATES, type Hold } from "./gates.ts";
import { hide } from "./hide.ts";
import type { Round, Telling } from "./round.ts";

interface Looked {
  readonly one: AlertCase;
  readonly subject: Subject;
  readonly routed: Routed;
  readonly round: Round;
}

/** Decides what is to be done about an alert now, and when it has to be looked at again. */
export function look(one: AlertCase, round: Round): void {
  if (one.over !== null) return finish(one, round);
  const subject = round.subject(one);
  const looked = { one, subject, routed: round.route(subject), round };
  if (one.alert.drill !== undefined) return advance(looked);
  if (asksNobody(subject, looked.routed)) return rest(looked);
  one.quiet = null;
  for (const gate of GATES) {
    const held = gate(one, subject, round);
    if (held !== undefined) return hold(looked, held);
  }
  release(one, round.now);
  advance(looked);
}

/** It stands in the list and in the digest. */
function rest(looked: Looked): void {
  looked.one.quiet ??= { digested: false };
  hold(looked, { by: "informational", reason: "informational", about: "digest", until: null });
}

function hold(looked: Looked, { until, ...held }: Hold): void {
  const { one, subject, routed, round } = looked;
  const isNew = one.held?.by !== held.by || one.held.about !== held.about;
  if (isNew) {
    one.held = { ...held, since: round.now };
    if (held.by === "silence" || held.by === "maintenance") hide(held, one, round);
    const targets = routed.escalation.steps[0]?.targets ?? [{ onCall: true as const }];
    const { people, holes } = audienceOf(targets, false, { subject, routed, now: round.now, world: round.world });
    for (const hole of holes) round.out.find({ code: "hole", subject: one.alert.id, detail: hole });
    for (const personId of people) round.withhold(one, personId, one.chain.occasion, held.reason, held.about);
    if (people.length === 0) round.withhold(one, null, one.chain.occasion, held.reason, held.about);
  }
  round.lookAt(one, until);
}

/** Nothing holds it any more: whoever was not told is told now, from the first step. */
function release(one: AlertCase, now: number): void {
  const { held, chain } = one;
  if (held === null) return;
  one.held = null;
  if (held.by !== "waiting") {
    if (one.acknowledged === null) restart(one, "first", "opened", now);
  } else if (chain.step === 0) chain.dueAt = now;
}

function advance(looked: Looked): void {
  const { one, subject, routed, round } = looked;
  const { now } = round;
  if (one.acknowledged !== null) {
    const lapsesAt = one.acknowledged.at + arriveWithin(subject);
    if (one.arrived !== null || now < lapsesAt) return round.lookAt(one, one.arrived === null ? lapsesAt : null);
    restart(one, "lapsed", "escalation", now);
  }
  takeSteps(looked);
  if (one.chain.step >= routed.escalation.steps.length) remind(looked);
  round.lookAt(one, one.chain.dueAt);
}

function takeSteps(looked: Looked): void {
  const { one, routed, round } = looked;
  const { chain } = one;
  const { steps } = routed.escalation;
  // the chain may have become shorter: a lower severity, another arrangement
  if (chain.step > steps.length) chain.step = steps.length;
  for (let rounds = 0; rounds <= steps.length; rounds++) {
    const due = stepsDue(routed.escalation, chain, round.now);
    if (due.steps.length === 0) return;
    const reached = new Set<string>();
    let anybody = false;
    for (const index of due.steps) anybody = tellStep(looked, index, due.overdue, reached) || anybody;
    chain.step = due.step;
    chain.delivered = false;
    chain.dueAt = due.dueAt;
    if (chain.step >= steps.length) {
      const after = reminderAfter(routed.escalation, 0);
      chain.dueAt = after === undefined ? null : round.now + after;
      if (!anybody) round.out.find({ code: "nobody-reached", subject: one.alert.id, detail: routed.reason });
      return;
    }
    // nobody could be told: the next step does not wait
    if (!anybody) chain.dueAt = round.now;
  }
}

/** Whether anybody who can act is written to. */
function tellStep(looked: Looked, index: number, overdue: boolean, reached: Set<string>): boolean {
  const { one, subject, routed, round } = looked;
  const { now, world } = round;
  const { steps, id } = routed.escalation;
  const step = steps[index];
  if (step === undefined) return false;
  const { chain } = one;
  const first = index === 0;
  const audience = audienceOf(step.targets, step.by === "urgent", { subject, routed, now, world });
  const said = {
    occasion: first ? chain.occasion : "escalation",
    reason: first ? chain.reason : overdue ? "overdue-after-outage" : "escalated",
    about: `step ${index + 1} of ${steps.length} of ${id}, ${routed.reason}`,
  } as const;
  if (first) {
    for (const personId of peopleOnSite(subject, now, world)) {
      for (const recipient of waysTo(personId, { subject, now, world })) {
        reached.add(recipient.key);
        round.tell({ one, recipient, ...said, reason: "on-site", about: personId });
      }
    }
  }
  return tellAudience(looked, audience, said, reached);
}

type Said = Pick<Telling, "occasion" | "reason" | "about">;

function tellAudience({ one, subject, round }: Looked, audience: Audience, said: Said, reached: Set<string>): boolean {
  const [hole] = audience.holes;
  for (const detail of audience.holes) round.out.find({ code: "hole", subject: one.alert.id, detail });
  for (const { personId, reason, about } of audience.unreached)
    round.withhold(one, personId, said.occasion, reason, about);
  for (const recipient of audience.recipients) {
    if (reached.has(recipient.key)) continue;
    reached.add(recipient.key);
    const why = hole === undefined ? said : { ...said, reason: "desk" as const, about: hole };
    round.tell({ one, recipient, ...why });
  }
  // a room is told along with people, never in their place, where it is urgent
  const isUrgent = subject.alert.lifeSafety || subject.alert.severity === "critical";
  return audience.recipients.some(({ personId }) => personId !== null || !isUrgent);
}

/** After the last step: everybody of the chain again, until somebody has it in hand. */
function remind(looked: Looked): void {
  const { one, subject, routed, round } = looked;
  const { chain, snoozedUntil } = one;
  const { now } = round;
  const { escalation } = routed;
  if (chain.dueAt === null || now < chain.dueAt) return;
  const { lifeSafety } = subject.alert;
  if (snoozedUntil !== null && now < snoozedUntil && !lifeSafety) {
    chain.dueAt = snoozedUntil;
    return;
  }
  if (isRemindedEnough(escalation, chain.reminders, subject.alert, now)) {
    chain.dueAt = null;
    return;
  }
  const urgent = escalation.steps.at(-1)?.by === "urgent";
  const targets = escalation.steps.flatMap((step) => step.targets);
  const audience = audienceOf(targets, urgent, { subject, routed, now, world: round.world });
  chain.reminders++;
  const about = `reminder ${chain.reminders} of ${escalation.id}`;
  tellAudience(looked, audience, { occasion: "reminder", reason: "reminded", about }, new Set());
  const after = reminderAfter(escalation, chain.reminders);
  chain.dueAt = after === undefined ? null : now + after;
}
