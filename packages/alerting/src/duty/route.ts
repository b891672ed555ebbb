import type { AlertRoute, Escalation, Team, TeamRole } from "@linli/model";
import { DEFAULT_ESCALATIONS, withDesk } from "./escalations.ts";
import { matches } from "./matches.ts";
import type { Routed, Subject, World } from "./world.ts";

/** The order in which routes are asked. */
function routesInOrder(routes: readonly AlertRoute[]): readonly AlertRoute[] {
  return routes.toSorted((a, b) => a.order - b.order || (a.id < b.id ? -1 : 1));
}

/** The team of a trade that stands nearest above a place; one for everywhere comes last. */
function nearestTeam(role: TeamRole, { placePath }: Subject, teams: readonly Team[]): Team | undefined {
  const able = teams.filter((team) => team.role === role);
  for (const placeId of [...placePath, null]) {
    const team = able.find((candidate) => candidate.placeId === placeId);
    if (team !== undefined) return team;
  }
  return undefined;
}

/** Which team an alert goes to, and by which steps. Never nobody: without a team it is the desk's. */
export function routeOf(subject: Subject, world: World): Routed {
  const { team: teams, route: routes, escalation: escalations } = world.arrangements;
  const { alert, rule } = subject;
  const steps = (arranged: Escalation | undefined): Escalation => {
    const escalation = arranged ?? DEFAULT_ESCALATIONS[alert.severity];
    return alert.severity === "critical" || alert.lifeSafety ? withDesk(escalation) : escalation;
  };
  for (const route of routesInOrder(routes)) {
    const team = teams.find(({ id }) => id === route.teamId);
    if (team === undefined || !matches(route.match, subject)) continue;
    const escalation = escalations.find(({ id }) => id === route.escalationId);
    return { team, escalation: steps(escalation), reason: `route ${route.id}` };
  }
  if (rule === undefined) return { team: undefined, escalation: steps(undefined), reason: "rule is gone: desk" };
  const team = nearestTeam(rule.role, subject, teams);
  const reason = team === undefined ? `no team of ${rule.role}: desk` : `nearest team of ${rule.role}`;
  return { team, escalation: steps(undefined), reason };
}
