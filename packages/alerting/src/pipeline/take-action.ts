import { type AlertAction, assertNever, days } from "@linli/model";
import { may, mayAnswer } from "../stages/acknowledge.ts";
import { audienceOf, waysTo } from "../stages/route.ts";
import { silencing } from "../stages/silence.ts";
import { type AlertCase, type Mark, restart } from "./alert-case.ts";
import { look } from "./look.ts";
import type { Round } from "./round.ts";

const LONGEST_KNOWN = days(30);

/** Takes what somebody did. What does not count is written down all the same, by whoever took it first. */
export function takeAction({ alertId, at, by, deed }: AlertAction, round: Round): void {
  const one = round.cases.alerts.get(alertId);
  if (one === undefined) return;
  if (deed.type === "close") one.outcome = deed.outcome;
  if (deed.type === "assign") one.assignee = deed.personId;
  round.touch(one);
  if (one.over !== null || by.type !== "person") return;
  const subject = round.subject(one);
  const mark = { by: by.id, at };
  switch (deed.type) {
    case "acknowledge":
      if (one.acknowledged === null && answers(one, by.id, round)) acknowledge(one, mark, round);
      return;
    case "unacknowledge":
      if (one.acknowledged === null || !answers(one, by.id, round)) return;
      restart(one, "escalated", "escalation", round.now);
      return look(one, round);
    case "arrived":
      if (!may(by.id, "crew", subject, round.world)) return;
      one.arrived = mark;
      if (one.acknowledged === null && answers(one, by.id, round)) acknowledge(one, mark, round);
      return look(one, round);
    case "assign":
      return giveTo(one, deed.personId, round);
    case "snooze":
      if (!answers(one, by.id, round)) return;
      one.snoozedUntil = deed.until;
      return look(one, round);
    case "known":
      if (!may(by.id, "manager", subject, round.world)) return;
      one.knownUntil = Math.min(deed.until, at + LONGEST_KNOWN);
      return look(one, round);
    case "comment":
    case "close":
      return;
    default:
      assertNever(deed);
  }
}

/** Whether this person's word counts for it. */
function answers(one: AlertCase, personId: string, round: Round): boolean {
  const subject = round.subject(one);
  const told = new Set(one.heard.flatMap((heard) => heard.personId ?? []));
  if (one.assignee !== null) told.add(one.assignee);
  const { world, now } = round;
  return mayAnswer(personId, { subject, routed: round.route(subject), world, now, step: one.chain.step, told });
}

/** Stops steps and reminders until somebody has to be there. */
function acknowledge(one: AlertCase, mark: Mark, round: Round): void {
  one.acknowledged = mark;
  const subject = round.subject(one);
  const routed = round.route(subject);
  const next = routed.escalation.steps[one.chain.step];
  if (next !== undefined) {
    const { people } = audienceOf(next.targets, false, { subject, routed, now: round.now, world: round.world });
    for (const personId of people) {
      if (one.heard.some((heard) => heard.personId === personId)) continue;
      round.withhold(one, personId, "escalation", "acknowledged", `by ${mark.by}`);
    }
  }
  look(one, round);
}

/** Stops nothing. Whoever is given it is told. */
function giveTo(one: AlertCase, personId: string | null, round: Round): void {
  if (personId === null || (one.held !== null && one.held.by !== "waiting")) return;
  const { now, world } = round;
  const subject = round.subject(one);
  if (silencing(subject, false, now, world) !== undefined) return;
  for (const recipient of waysTo(personId, { subject, now, world })) {
    round.tell({ one, recipient, occasion: "opened", reason: "handover", about: "assigned" });
  }
}
