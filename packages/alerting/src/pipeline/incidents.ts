import { compareSeverity, days, type Incident, type Severity } from "@linli/model";
import { GROUP_INTERVAL, GROUP_REPEAT, incidentIdOf } from "../stages/group.ts";
import { silencing } from "../stages/silence.ts";
import { type AlertCase, asTold, newChain, restart } from "./alert-case.ts";
import { look } from "./look.ts";
import type { IncidentCase } from "./other-cases.ts";
import type { Round } from "./round.ts";

/** What a new incident is. */
interface Beginning {
  /** One open incident for each. */
  readonly name: string;
  readonly cause: Incident["cause"];
  readonly placeId: string | null;
  readonly lead: string | null;
  readonly atLeast: number;
  readonly at: number;
}

const severityOf = (one: AlertCase): Severity => asTold(one).severity;
const worse = (a: Severity, b: Severity) => (compareSeverity(a, b) >= 0 ? a : b);

/** Incidents whose lead speaks for the others. */
export function isSpoken({ lead }: IncidentCase): boolean {
  return lead !== null;
}

export function openIncident(given: Beginning, members: readonly AlertCase[], round: Round): IncidentCase {
  const { name, cause, placeId, lead, atLeast, at } = given;
  const incident: Incident = {
    id: incidentIdOf(name, at),
    cause,
    placeId,
    parentAlertId: cause === "parent" ? lead : null,
    severity: "informational",
    openedAt: at,
    closedAt: null,
    members: [],
  };
  const told = { at: 0, members: 0, back: 0 };
  const opened: IncidentCase = {
    incident,
    cause: name,
    lead,
    atLeast,
    index: {},
    open: 0,
    causeOverAt: null,
    told,
    lookAt: null,
  };
  round.cases.incidents.add(incident.id, opened);
  for (const one of members) join(opened, one, round);
  return opened;
}

/** One more of them. Its lead is as severe as the worst. */
export function join(incident: IncidentCase, one: AlertCase, round: Round): void {
  const { alert } = one;
  const { members, id } = incident.incident;
  if (incident.index[alert.id] !== undefined) return;
  incident.index[alert.id] = members.length;
  members.push({ alertId: alert.id, deviceId: alert.deviceId, since: alert.openedAt, overAt: null });
  incident.open++;
  if (incident.incident.cause === "redundancy" || incident.incident.cause === "adjacent") one.weighedIn = id;
  else {
    leave(one, round);
    one.incidentId = id;
  }
  incident.incident.severity = worse(incident.incident.severity, severityOf(one));
  round.touch(one);
  const lead = incident.lead === null ? undefined : round.cases.alerts.get(incident.lead);
  if (lead !== undefined) followWorst(incident, lead, round);
  round.touchIncident(incident, incident.told.at > 0 ? nextNews(incident, round) : incident.lookAt);
}

/** It speaks in another incident from now on. */
function leave(one: AlertCase, round: Round): void {
  const before = one.incidentId === null ? undefined : round.cases.incidents.get(one.incidentId);
  if (before === undefined) return;
  markOver(before, one, round);
  if (before.open === 0) close(before, round);
  else round.touchIncident(before);
}

function followWorst({ incident }: IncidentCase, lead: AlertCase, round: Round): void {
  if (lead.over !== null || compareSeverity(severityOf(lead), incident.severity) >= 0) return;
  lead.raised = { to: incident.severity, incidentId: incident.id };
  if (lead.chain.step > 0) restart(lead, "severity-rose", "severity", round.now);
  look(lead, round);
}

const nextNews = ({ told }: IncidentCase, { now }: Round) => Math.max(now, told.at + GROUP_INTERVAL);

/** One of them is over. The incident is, when all are. */
export function memberOver(one: AlertCase, round: Round): void {
  const { incidents } = round.cases;
  const incident = one.incidentId === null ? undefined : incidents.get(one.incidentId);
  if (incident !== undefined) {
    markOver(incident, one, round);
    if (incident.open === 0) return close(incident, round);
    if (isSpoken(incident) && incident.causeOverAt === null) judgeCause(incident, one, round);
    round.touchIncident(incident, nextNews(incident, round));
  }
}

export function markOver(incident: IncidentCase, { alert }: AlertCase, { now }: Round): void {
  const member = incident.incident.members[incident.index[alert.id] ?? -1];
  if (member === undefined || member.overAt !== null) return;
  member.overAt = now;
  incident.open--;
}

/** Open ones, in the order in which they came. */
function openMembers({ incident }: IncidentCase, round: Round): AlertCase[] {
  return incident.members.flatMap(({ alertId, overAt }) =>
    overAt === null ? (round.cases.alerts.get(alertId) ?? []) : [],
  );
}

/** Whether what they have in common is over too: then those that are still silent are told of after a grace. */
function judgeCause(incident: IncidentCase, one: AlertCase, round: Round): void {
  const isLead = incident.lead === one.alert.id;
  if (incident.incident.cause !== "parent" && incident.open >= incident.atLeast) {
    if (isLead) passOn(incident, one, round);
    return;
  }
  if (incident.incident.cause === "parent" && !isLead) return;
  incident.causeOverAt = round.now;
  for (const member of openMembers(incident, round)) look(member, round);
}

/** Another speaks from now on; what was done about it stays done. */
function passOn(incident: IncidentCase, from: AlertCase, round: Round): void {
  // the newest: those who were first are the first to be back
  const { alertId = "" } = incident.incident.members.findLast(({ overAt }) => overAt === null) ?? {};
  const next = round.cases.alerts.get(alertId);
  if (next === undefined) return;
  incident.lead = next.alert.id;
  next.chain = from.chain;
  next.acknowledged = from.acknowledged;
  next.arrived = from.arrived;
  next.held = null;
  from.chain = newChain("first", "opened", round.now);
  followWorst(incident, next, round);
  look(next, round);
}

function close(incident: IncidentCase, round: Round): void {
  const { cases } = round;
  incident.incident.closedAt = round.now;
  round.touchIncident(incident, null);
  cases.incidents.drop(incident.incident.id);
  const scope = cases.scopes.get(incident.cause);
  if (scope?.incidentId === incident.incident.id) {
    scope.incidentId = null;
    cases.scopes.touch(incident.cause);
  }
  for (const { alertId } of incident.incident.members) {
    const one = cases.alerts.get(alertId);
    if (one?.over?.phase === "due") look(one, round);
  }
}

/** "7 of 12 back": at most so often, only when it changed, to those who know. */
export function lookAtIncident(id: string, round: Round): void {
  const incident = round.cases.incidents.get(id);
  if (incident === undefined) return;
  const { told } = incident;
  const { members } = incident.incident;
  const back = members.length - incident.open;
  const changed = back !== told.back || (isSpoken(incident) && members.length !== told.members);
  if (changed) tellProgress(incident, (member) => isNews(incident, member), round);
  else if (isForgotten(incident, round)) tellProgress(incident, () => true, round);
  incident.told = { at: changed ? round.now : told.at, members: members.length, back };
  round.touchIncident(incident, incident.open > 0 ? round.now + GROUP_REPEAT : null);
}

type Member = Incident["members"][number];

function isNews({ told, index }: IncidentCase, { alertId, overAt }: Member): boolean {
  return (overAt !== null && overAt >= told.at) || (index[alertId] ?? 0) >= told.members;
}

/** Nobody has it in hand, and no reminder comes any more. */
function isForgotten(incident: IncidentCase, round: Round): boolean {
  if (round.now - incident.incident.openedAt >= days(1)) return false;
  return openMembers(incident, round).some(
    ({ acknowledged, chain, held }) => acknowledged === null && held === null && chain.step > 0 && chain.dueAt === null,
  );
}

function tellProgress(incident: IncidentCase, isTold: (member: Member) => boolean, round: Round): void {
  const lead = incident.lead === null ? undefined : round.cases.alerts.get(incident.lead);
  for (const member of incident.incident.members) {
    const one = round.cases.alerts.get(member.alertId);
    if (one === undefined || !isTold(member)) continue;
    if (silencing(round.subject(one), false, round.now, round.world) !== undefined) continue;
    // a newcomer is told to those who know of its lead
    const knowing = (one.over === null && lead !== undefined ? lead : one).heard.filter(({ told }) => told);
    for (const recipient of knowing) {
      round.tell({ one, recipient, occasion: "progress", reason: "progress", about: incident.incident.id });
    }
  }
}
