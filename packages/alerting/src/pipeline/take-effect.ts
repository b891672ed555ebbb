import { assertNever, compareSeverity, hours } from "@linli/model";
import { calmAt, openedAgain } from "../stages/damp.ts";
import { groupOf } from "../stages/group.ts";
import { beganInside } from "../stages/maintenance.ts";
import { audienceOf } from "../stages/route.ts";
import { silencing } from "../stages/silence.ts";
import { tellsOfSilence } from "../stages/suppress.ts";
import type { AlertEffect } from "../step.ts";
import { type AlertCase, asTold, newCase, restart } from "./alert-case.ts";
import { seekCause } from "./causes.ts";
import { flapKey } from "./finish.ts";
import { joinGroup, leaveGroup } from "./groups.ts";
import { join, memberOver } from "./incidents.ts";
import { look } from "./look.ts";
import type { Round } from "./round.ts";
import { lighten, weigh } from "./weigh.ts";

const SAY_OF_INPUT_EVERY = hours(1);

/** Takes what the engine decided about an episode. `at`: journal time. */
export function takeEffect(effect: AlertEffect, at: number, round: Round): void {
  const { alert, change } = effect;
  const one = round.cases.alerts.get(alert.id);
  if (one === undefined) {
    // what was open before anybody looked is told as if it had just opened
    if (alert.active) open(effect, at, round);
    return;
  }
  if (one.over !== null) return;
  switch (change) {
    case "opened":
    case "seen":
      return;
    case "severity":
      return changeSeverity(one, effect, round);
    case "stale":
    case "fresh":
      return changeFreshness(one, effect, round);
    case "cleared":
    case "ended":
      return end(one, effect, change, round);
    default:
      assertNever(change);
  }
}

function open({ alert }: AlertEffect, at: number, round: Round): void {
  const { cases, world } = round;
  const one = newCase(alert, alert.id);
  if (alert.drill !== undefined) {
    // told by itself, whatever else there is: it joins nothing and hides nothing
    cases.addAlert(one);
    return look(one, round);
  }
  const subject = round.subject(one);
  one.group = groupOf(subject, world);
  one.inMaintenance = beganInside(subject, world);
  cases.addAlert(one);
  if (!alert.lifeSafety) {
    damp(one, at, round);
    if (tellsOfSilence(subject.rule) && one.incidentId === null) seekCause(one, subject, at, round);
  }
  weigh(one, subject, at, round);
  // it waits for its group while it waits for anything else
  if (asTold(one).severity !== "critical" && !alert.lifeSafety && one.groupAt === null) joinGroup(one, round);
  look(one, round);
}

/** Comes and goes: from some point on the next episode is the last one, still open, to whoever was told. */
function damp(one: AlertCase, at: number, round: Round): void {
  const { cases } = round;
  const key = flapKey(one);
  const known = cases.flaps.get(key) ?? { openings: [], dampedSince: null, lastAt: at };
  const wasDamped = known.dampedSince !== null;
  const flapping = openedAgain(known, round.now);
  const last = cases.flaps.get(key)?.alertId;
  const lookAt = calmAt(flapping);
  cases.flaps.add(key, { ...flapping, openings: [...flapping.openings], alertId: one.alert.id, lookAt });
  cases.schedule.set(`f:${key}`, lookAt);
  const before = wasDamped && last !== undefined ? cases.alerts.get(last) : undefined;
  if (before !== undefined && before.over?.phase === "due") inherit(one, before, round);
}

function inherit(one: AlertCase, before: AlertCase, round: Round): void {
  const { cases } = round;
  const { alert, group, inMaintenance } = one;
  Object.assign(one, before, {
    alert,
    group,
    inMaintenance,
    over: null,
    incidentId: null,
    weighedIn: null,
    raised: null,
  });
  for (const { queued } of one.heard) {
    for (const { key } of queued) {
      const alerts = (cases.letters.get(key)?.alerts ?? [before.alert.id]).map((id) =>
        id === before.alert.id ? alert.id : id,
      );
      cases.letters.add(key, { alerts });
    }
  }
  one.noted = [];
  const incident = before.incidentId === null ? undefined : cases.incidents.get(before.incidentId);
  if (incident !== undefined) join(incident, one, round);
  before.heard = [];
  round.drop(before);
  const subject = round.subject(one);
  const routed = round.route(subject);
  const { people } = audienceOf([{ onCall: true }], false, { subject, routed, now: round.now, world: round.world });
  for (const personId of people) round.withhold(one, personId, "opened", "damped", `as ${before.alert.id}`);
  if (compareSeverity(alert.severity, before.alert.severity) > 0) restart(one, "severity-rose", "severity", round.now);
}

/** Worse: whatever was in hand is not any more. Better: no word. */
function changeSeverity(one: AlertCase, { alert }: AlertEffect, round: Round): void {
  const before = asTold(one).severity;
  one.alert = alert;
  if (one.raised !== null && compareSeverity(alert.severity, one.raised.to) >= 0) one.raised = null;
  if (compareSeverity(asTold(one).severity, before) > 0) {
    one.knownUntil = null;
    one.snoozedUntil = null;
    const wasTold = one.chain.step > 0 || one.acknowledged !== null;
    if (wasTold) restart(one, "severity-rose", "severity", round.now);
    const incident = one.incidentId === null ? undefined : round.cases.incidents.get(one.incidentId);
    if (incident !== undefined && compareSeverity(alert.severity, incident.incident.severity) > 0) {
      incident.incident.severity = alert.severity;
      round.touchIncident(incident);
    }
  }
  round.touch(one);
  look(one, round);
}

/**
 * Nobody can say any more whether it still holds: those who know of a grave one are told. An input that comes and goes is
 * told of once in a while; each message says how it stands anyway.
 */
function changeFreshness(one: AlertCase, { alert }: AlertEffect, round: Round): void {
  one.alert = alert;
  round.touch(one);
  const subject = round.subject(one);
  const isGrave = alert.lifeSafety || subject.alert.severity === "critical";
  const { stale: said = false, at = Number.NEGATIVE_INFINITY } = one.saidOfInput ?? {};
  if (!isGrave || alert.stale === said || round.now - at < SAY_OF_INPUT_EVERY) return;
  if (silencing(subject, false, round.now, round.world) !== undefined) return;
  one.saidOfInput = { stale: alert.stale, at: round.now };
  for (const recipient of one.heard.filter(({ told }) => told)) {
    round.tell({ one, recipient, occasion: "progress", reason: "progress", about: alert.stale ? "stale" : "fresh" });
  }
}

function end(one: AlertCase, { alert, reason }: AlertEffect, occasion: "cleared" | "ended", round: Round): void {
  one.alert = alert;
  one.over = { occasion, about: reason.slice(0, 500), at: round.now, phase: "due", doneAt: null, mutedBy: null };
  round.touch(one);
  leaveGroup(one, round);
  touchFlap(one, round);
  lighten(one, round);
  memberOver(one, round);
  if (one.over.phase === "due") look(one, round);
}

/** A clear is a change as well: calm is counted from the last. */
function touchFlap(one: AlertCase, { cases, now }: Round): void {
  const key = flapKey(one);
  const flap = cases.flaps.get(key);
  if (flap?.alertId !== one.alert.id) return;
  flap.lastAt = now;
  flap.lookAt = calmAt(flap);
  cases.flaps.touch(key);
  cases.schedule.set(`f:${key}`, flap.lookAt);
}
