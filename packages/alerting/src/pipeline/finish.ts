import { hours } from "@linli/model";
import { calmAt } from "../stages/damp.ts";
import { silencing } from "../stages/silence.ts";
import { type AlertCase, asTold, type Heard, type Over } from "./alert-case.ts";
import { hide } from "./hide.ts";
import type { IncidentCase } from "./other-cases.ts";
import type { Round } from "./round.ts";

/** What is queued may be delivered late; then it is forgotten. */
const FORGET_AFTER = hours(72);
/** A message that was being sent when it was taken back is heard of within so long. */
const SETTLES_WITHIN = hours(1);

const isBroken = ({ occasion }: Heard["queued"][number]) => occasion !== "cleared" && occasion !== "ended";

/** The incident that speaks for an alert's end, as long as it is open. */
function spokesman(one: AlertCase, { cases }: Round): IncidentCase | undefined {
  const incident = one.incidentId === null ? undefined : cases.incidents.get(one.incidentId);
  return incident?.incident.closedAt === null ? incident : undefined;
}

/** It is over: whoever was told that it is broken is told so, nobody else. */
export function finish(one: AlertCase, round: Round): void {
  const { over } = one;
  if (over === null) return;
  if (over.phase === "done") return forget(one, round);
  // what stood in lists only is over in the next one
  if (one.quiet !== null) return round.lookAt(one, null);
  const { now, cases } = round;
  if (spokesman(one, round) !== undefined) return round.lookAt(one, null);
  const flap = cases.flaps.get(flapKey(one));
  if (
    over.occasion === "cleared" &&
    flap?.alertId === one.alert.id &&
    flap.dampedSince !== null &&
    now < calmAt(flap)
  ) {
    return round.lookAt(one, calmAt(flap));
  }
  const subject = round.subject(one);
  const silence = one.alert.drill === undefined ? silencing(subject, true, now, round.world) : undefined;
  if (silence !== undefined && one.heard.some(({ toldOver }) => !toldOver)) {
    for (const heard of one.heard) {
      withdraw(one, heard, round);
      round.withhold(one, heard.personId, over.occasion, "silenced", silence.id);
    }
    over.mutedBy = `silence.${silence.id}`;
    hide({ by: "silence", about: silence.id }, one, round);
    return round.lookAt(one, silence.until);
  }
  const told = tellOver(one, over, round);
  over.phase = "done";
  over.doneAt = now;
  round.lookAt(one, now + (told ? FORGET_AFTER : SETTLES_WITHIN));
}

/** An episode's place among those of its rule on its device. */
export function flapKey({ alert }: AlertCase): string {
  return `${alert.ruleId}_${alert.deviceId}`;
}

/** Whether anybody is told. */
function tellOver(one: AlertCase, over: Over, round: Round): boolean {
  const knowing = new Set(one.heard.filter(({ told }) => told).map(({ personId, key }) => personId ?? key));
  // nobody is called about what is over, if there is another way
  const ways = one.heard.filter(({ told, channelId }) => told && !isCall(channelId, round));
  const calledOnly = (heard: Heard) => !ways.some(({ personId }) => personId === heard.personId);
  let told = false;
  for (const heard of one.heard.filter(({ toldOver }) => !toldOver)) {
    const bothAtOnce = isBothAtOnce(one, heard, knowing);
    withdraw(one, heard, round);
    if (heard.told ? ways.includes(heard) || calledOnly(heard) : bothAtOnce) {
      told = true;
      round.tell({ one, recipient: heard, occasion: over.occasion, reason: "over", about: over.about });
    }
  }
  if (one.heard.length > 0) return told;
  const spared = new Set(one.noted.map((mark) => mark.slice(0, mark.indexOf("|"))));
  for (const who of spared) {
    round.withhold(one, who === "room" ? null : who, over.occasion, "never-told", over.about);
  }
  return false;
}

/** What was critical is told even when it is over before anybody heard: that it was, and that it is over, in one. */
function isBothAtOnce(one: AlertCase, heard: Heard, knowing: ReadonlySet<string>): boolean {
  const wasQueued = heard.queued.some((queued) => isBroken(queued));
  const isGrave = one.alert.lifeSafety || asTold(one).severity === "critical";
  return isGrave && wasQueued && one.over?.occasion === "cleared" && !knowing.has(heard.personId ?? heard.key);
}

function isCall(channelId: string, { world }: Round): boolean {
  return world.arrangements.channel.find(({ id }) => id === channelId)?.type.startsWith("voice") === true;
}

/** Takes back what still waits. */
function withdraw(one: AlertCase, heard: Heard, round: Round): void {
  for (const queued of heard.queued) {
    if (queued.withdrawn || !isBroken(queued)) continue;
    queued.withdrawn = true;
    round.out.withdrawn.push(queued.key);
    round.write(one, {
      occasion: queued.occasion,
      personId: heard.personId,
      channelId: heard.channelId,
      verdict: "withdrawn",
      reason: "cleared-before",
      about: queued.about,
      messageKey: queued.key,
    });
  }
}

/** Kept until what was queued is settled, and a while for a word that comes late. */
export function forget(one: AlertCase, round: Round): void {
  const { over } = one;
  if (over === null || over.doneAt === null) return;
  const waiting = one.heard.flatMap(({ queued }) => queued);
  const patience = waiting.every(({ withdrawn }) => withdrawn) ? SETTLES_WITHIN : FORGET_AFTER;
  if (round.now >= over.doneAt + patience) round.drop(one);
  else round.lookAt(one, over.doneAt + patience);
}
