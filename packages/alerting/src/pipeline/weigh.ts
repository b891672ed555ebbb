import { compareSeverity, type Device, type Incident, type Severity } from "@linli/model";
import type { Subject } from "../duty/world.ts";
import { ADJACENT, buildingOf, devicesOfKind, neighboursOf } from "../stages/redundancy.ts";
import type { AlertCase } from "./alert-case.ts";
import { join, markOver, openIncident } from "./incidents.ts";
import type { Round } from "./round.ts";

/** Open alerts by which a device serves nobody. */
function lostOf(deviceId: string, round: Round): AlertCase[] {
  return round.cases
    .ofDevice(deviceId)
    .filter((one) => one.over === null && round.subject(one).rule?.serviceLost === true);
}

interface Loss {
  readonly name: string;
  readonly cause: Incident["cause"];
  readonly placeId: string | null;
  readonly severity: Severity;
  readonly atLeast: number;
  readonly members: readonly AlertCase[];
}

/** The last of several that stand in for each other. */
function lastOfBuilding(device: Device, subject: Subject, round: Round): Loss | undefined {
  const building = buildingOf(subject, round.world);
  if (building === undefined) return undefined;
  const all = devicesOfKind(device.kind, building, round.world);
  if (all.length < 2) return undefined;
  const members: AlertCase[] = [];
  for (const id of all) {
    const lost = lostOf(id, round);
    if (lost.length === 0) return undefined;
    members.push(...lost);
  }
  const name = `redundancy.${building}.${device.kind}`;
  return { name, cause: "redundancy", placeId: building, severity: "critical", atLeast: members.length, members };
}

function inARow(device: Device, subject: Subject, round: Round): Loss | undefined {
  const isLost = (id: string) => {
    const other = round.world.device(id);
    return other?.kind === device.kind && lostOf(id, round).length > 0 ? other : undefined;
  };
  const run = neighboursOf(device, isLost);
  if (run.length < ADJACENT) return undefined;
  const members = run.flatMap((id) => lostOf(id, round));
  const name = `adjacent.${run[0]}`;
  return {
    name,
    cause: "adjacent",
    placeId: subject.placePath[0] ?? null,
    severity: "high",
    atLeast: ADJACENT,
    members,
  };
}

/** A device stopped serving: is it the last of its building, or one of several in a row? */
export function weigh(one: AlertCase, subject: Subject, at: number, round: Round): void {
  const { device, rule } = subject;
  if (device === undefined || rule?.serviceLost !== true) return;
  const loss = inARow(device, subject, round) ?? lastOfBuilding(device, subject, round);
  if (loss === undefined) return;
  const weighed = loss.members.find(({ weighedIn }) => weighedIn !== null)?.weighedIn ?? null;
  const known = weighed === null ? undefined : round.cases.incidents.get(weighed);
  if (known !== undefined) {
    // it has been told how bad it is: one more makes it no worse
    join(known, one, round);
    return;
  }
  const incident = openIncident({ ...loss, lead: null, at }, loss.members, round);
  if (compareSeverity(one.alert.severity, loss.severity) >= 0) return;
  incident.incident.severity = loss.severity;
  one.raised = { to: loss.severity, incidentId: incident.incident.id };
  round.touchIncident(incident);
}

/** One of them serves again: what is left is as bad as each is by itself, and nobody is told of that. */
export function lighten(one: AlertCase, round: Round): void {
  const { incidents, alerts } = round.cases;
  const incident = one.weighedIn === null ? undefined : incidents.get(one.weighedIn);
  if (incident === undefined) return;
  markOver(incident, one, round);
  if (incident.open >= incident.atLeast) return round.touchIncident(incident);
  incident.incident.closedAt = round.now;
  round.touchIncident(incident, null);
  incidents.drop(incident.incident.id);
  for (const { alertId } of incident.incident.members) {
    const member = alerts.get(alertId);
    if (member === undefined || member.over !== null) continue;
    member.weighedIn = null;
    member.raised = null;
    round.touch(member);
  }
}
