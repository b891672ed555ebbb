import type { AlertRoute, Escalation, Target } from "@linli/model";
import { endsAtDesk } from "../escalations.ts";
import { type Examined, type Flaw, refused } from "./flaw.ts";
import { matcherFlaws } from "./matchers.ts";

const mayBeCritical = ({ match }: AlertRoute) =>
  match.severities === undefined || match.severities.includes("critical");

function targetFlaws(target: Target, field: string, { world }: Examined): Flaw[] {
  if ("person" in target)
    return world.people.has(target.person) ? [] : [refused("gone", field, `person ${target.person}`)];
  if (!("team" in target)) return [];
  const team = world.arrangements.team.find(({ id }) => id === target.team);
  if (team === undefined) return [refused("gone", field, `team ${target.team}`)];
  const isManned = team.rotaId !== undefined || team.members.some((id) => world.people.has(id));
  return isManned ? [] : [refused("nobody", field, `team ${team.id}`)];
}

export function escalationFlaws(escalation: Escalation, examined: Examined): Flaw[] {
  const { route: routes } = examined.world.arrangements;
  const servesCritical = routes.some((route) => route.escalationId === escalation.id && mayBeCritical(route));
  return [
    ...escalation.steps.flatMap(({ targets }, step) =>
      targets.flatMap((target, index) => targetFlaws(target, `steps.${step}.targets.${index}`, examined)),
    ),
    ...(servesCritical && !endsAtDesk(escalation) ? [refused("chain-without-desk", "steps", escalation.id)] : []),
  ];
}

export function routeFlaws(route: AlertRoute, examined: Examined): Flaw[] {
  const { team: teams, escalation: escalations } = examined.world.arrangements;
  const { teamId, escalationId } = route;
  const escalation = escalations.find(({ id }) => id === escalationId);
  return [
    ...matcherFlaws(route.match, examined),
    ...(teams.some(({ id }) => id === teamId) ? [] : [refused("gone", "teamId", `team ${teamId}`)]),
    ...(escalationId === undefined || escalation !== undefined
      ? []
      : [refused("gone", "escalationId", `escalation ${escalationId}`)]),
    ...(escalation !== undefined && mayBeCritical(route) && !endsAtDesk(escalation)
      ? [refused("chain-without-desk", "escalationId", escalation.id)]
      : []),
  ];
}
