import { seconds } from "@linli/model";
import { pathOf } from "../duty/subject.ts";
import type { Subject } from "../duty/world.ts";
import {
  CAUSE_WINDOW,
  CHILD_BEFORE_PARENT,
  enoughFor,
  type Scope,
  scopesOf,
  tellsOfSilence,
} from "../stages/suppress.ts";
import type { AlertCase } from "./alert-case.ts";
import { isSpoken, join, openIncident } from "./incidents.ts";
import { look } from "./look.ts";
import type { IncidentCase, ScopeCase } from "./other-cases.ts";
import type { Round } from "./round.ts";

/** After an outage of ours what lies in the journal is read first. */
const CATCH_UP = seconds(10);

/** Open alerts of a device that tell of its silence and may wait for a cause. */
function silentOf(deviceId: string, round: Round): AlertCase[] {
  return round.cases
    .ofDevice(deviceId)
    .filter((one) => one.over === null && !one.alert.lifeSafety && tellsOfSilence(round.subject(one).rule));
}

/** The incident that an alert speaks in, as long as its cause lasts. */
function lasting(one: AlertCase, round: Round): IncidentCase | undefined {
  const incident = one.incidentId === null ? undefined : round.cases.incidents.get(one.incidentId);
  return incident !== undefined && isSpoken(incident) && incident.causeOverAt === null ? incident : undefined;
}

/** A device fell silent, and there is an alert about it: is it its parent's silence, or that of many? */
export function seekCause(one: AlertCase, subject: Subject, at: number, round: Round): void {
  const { device } = subject;
  one.causeUntil = Math.max(at + CAUSE_WINDOW, round.now + CATCH_UP);
  if (device === undefined) return;
  const parent = device.gatewayId === null ? undefined : silentOf(device.gatewayId, round)[0];
  if (parent !== undefined) underParent(parent, [one], at, round);
  else gatherAround(device.id, at, round);
  const children = [...round.world.childrenOf(device.id)].flatMap((id) =>
    silentOf(id, round).filter(
      (child) => child.incidentId === null && child.alert.openedAt >= one.alert.openedAt - CHILD_BEFORE_PARENT,
    ),
  );
  if (children.length > 0) underParent(one, children, at, round);
}

function underParent(parent: AlertCase, children: readonly AlertCase[], at: number, round: Round): void {
  const { placePath } = round.subject(parent);
  const incident =
    lasting(parent, round) ??
    openIncident(
      {
        name: `parent.${parent.alert.deviceId}`,
        cause: "parent",
        placeId: placePath[0] ?? null,
        lead: parent.alert.id,
        atLeast: 1,
        at,
      },
      [parent],
      round,
    );
  addTo(incident, children, round);
}

function addTo(incident: IncidentCase, ones: readonly AlertCase[], round: Round): void {
  for (const one of ones) {
    if (lasting(one, round) !== undefined) continue;
    join(incident, one, round);
    if (one.held !== null) look(one, round);
  }
}

function scopesAround(deviceId: string, { world }: Round): Scope[] {
  const device = world.device(deviceId);
  return device === undefined ? [] : scopesOf(device, pathOf(device, world.places), world);
}

function remember(scope: Scope, deviceId: string, at: number, round: Round): ScopeCase {
  const known = scopeCase(scope, at, round);
  if (!known.fell.some((one) => one.deviceId === deviceId)) known.fell.push({ deviceId, at });
  round.cases.scopes.touch(scope.name);
  return known;
}

/** A device fell silent: it counts, whether an alert tells of it or not. */
export function noteSilence(deviceId: string, at: number, round: Round): void {
  for (const scope of scopesAround(deviceId, round)) remember(scope, deviceId, at, round);
}

/** With enough others of a scope in a short while, that has one cause. */
function gatherAround(deviceId: string, at: number, round: Round): void {
  for (const scope of scopesAround(deviceId, round)) {
    if (gather(scope, remember(scope, deviceId, at, round), at, round)) return;
  }
}

/** Whether there is an incident of that scope. */
function gather(scope: Scope, known: ScopeCase, at: number, round: Round): boolean {
  const open = known.incidentId === null ? undefined : round.cases.incidents.get(known.incidentId);
  const isOpen = open !== undefined && open.causeOverAt === null;
  if (!isOpen && known.fell.length < known.atLeast) return false;
  const silent = known.fell
    .flatMap(({ deviceId }) => silentOf(deviceId, round))
    .filter((one) => lasting(one, round) === undefined);
  if (isOpen) {
    known.fell = [];
    addTo(open, silent, round);
    return true;
  }
  const [lead] = silent;
  // some of them have no rule about silence: one alert alone needs no incident
  if (lead === undefined || silent.length < 2) return false;
  const { name, placeId } = scope;
  const incident = openIncident(
    { name, cause: "common", placeId, lead: lead.alert.id, atLeast: known.atLeast, at },
    [],
    round,
  );
  known.incidentId = incident.incident.id;
  known.fell = [];
  addTo(incident, silent, round);
  return true;
}

function scopeCase(scope: Scope, at: number, round: Round): ScopeCase {
  const { scopes } = round.cases;
  const known = scopes.get(scope.name);
  if (known !== undefined) {
    known.fell = known.fell.filter((one) => one.at > at - CAUSE_WINDOW);
    if (known.fell.length > 0 || known.incidentId !== null) return known;
  }
  return scopes.add(scope.name, { atLeast: enoughFor(scope.size(round.world)), fell: [], incidentId: null });
}

/** A device is heard again. */
export function noteVoice(deviceId: string, round: Round): void {
  const { cases } = round;
  for (const { name } of scopesAround(deviceId, round)) {
    const known = cases.scopes.get(name);
    if (known === undefined) continue;
    known.fell = known.fell.filter((one) => one.deviceId !== deviceId);
    if (known.fell.length === 0 && known.incidentId === null) cases.scopes.drop(name);
    else cases.scopes.touch(name);
  }
}
