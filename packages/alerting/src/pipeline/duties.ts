import { compareSeverity, minutes } from "@linli/model";
import { deskOf } from "../duty/people.ts";
import { onCallAt } from "../duty/rota.ts";
import { underway } from "../stages/maintenance.ts";
import { audienceOf, waysTo } from "../stages/route.ts";
import { silencing } from "../stages/silence.ts";
import type { AlertCase } from "./alert-case.ts";
import { forget } from "./finish.ts";
import type { Round } from "./round.ts";

/** Rotas are changed by people at any time: a swap is noticed within so long. */
const LOOK_AGAIN = minutes(10);

/** Whoever comes on duty is told what is open. The first look only notes who is. Returns when to look again. */
export function lookAtDuties(round: Round): number | null {
  const { arrangements } = round.world;
  const { duties } = round.cases;
  let next: number | null = null;
  for (const { id, rotaId } of arrangements.team.toSorted((a, b) => (a.id < b.id ? -1 : 1))) {
    const rota = rotaId === undefined ? undefined : arrangements.rota.find((one) => one.id === rotaId);
    if (rota === undefined) continue;
    const onCall = onCallAt(rota, round.now);
    next = Math.min(
      next ?? Number.POSITIVE_INFINITY,
      round.now + LOOK_AGAIN,
      onCall?.until ?? Number.POSITIVE_INFINITY,
    );
    const personId = onCall?.personId ?? null;
    const known = duties.get(id);
    if (known !== undefined && known.personId === personId) continue;
    duties.add(id, { personId });
    if (known !== undefined && personId !== null) brief(id, personId, round);
  }
  return next;
}

function teamOf(one: AlertCase, round: Round): string | undefined {
  return (round.route(round.subject(one)).team ?? deskOf(round.world))?.id;
}

/** What is kept from people for a reason of theirs stays out of lists that come by message. */
function isMuted(one: AlertCase, round: Round): boolean {
  const subject = round.subject(one);
  if (silencing(subject, one.over !== null, round.now, round.world) !== undefined) return true;
  return one.inMaintenance && underway(subject, round.now, round.world) !== undefined;
}

function brief(teamId: string, personId: string, round: Round): void {
  const { cases, now, world } = round;
  const open = cases.alerts
    .names()
    .flatMap((id) => cases.alerts.get(id) ?? [])
    .filter(
      (one) =>
        one.alert.drill === undefined &&
        one.over === null &&
        one.quiet === null &&
        teamOf(one, round) === teamId &&
        !isMuted(one, round),
    )
    .sort((a, b) => compareSeverity(b.alert.severity, a.alert.severity));
  for (const one of open) {
    for (const recipient of waysTo(personId, { subject: round.subject(one), now, world })) {
      round.tell({ one, recipient, occasion: "handover", reason: "handover", about: teamId });
    }
  }
}

/** What asks nobody to do anything: once a day, to each team, what came and what went. */
export function digest(round: Round): void {
  const { cases, now, world } = round;
  for (const id of cases.alerts.names()) {
    const one = cases.alerts.get(id);
    if (one === undefined || one.quiet === null || one.over?.phase === "done") continue;
    if (one.quiet.digested && one.over === null) continue;
    if (isMuted(one, round)) continue;
    const subject = round.subject(one);
    const routed = round.route(subject);
    const audience = audienceOf([{ onCall: true }], false, { subject, routed, now, world });
    // a digest waits for nobody: who has quiet hours reads it on the page
    for (const { personId, reason, about } of audience.unreached)
      round.withhold(one, personId, "digest", reason, about);
    const about = routed.team?.id ?? "desk";
    for (const recipient of audience.recipients) {
      round.tell({ one, recipient, occasion: "digest", reason: "digest", about });
    }
    one.quiet.digested = true;
    if (one.over !== null) {
      one.over.phase = "done";
      one.over.doneAt = now;
      forget(one, round);
    }
    round.touch(one);
  }
}
