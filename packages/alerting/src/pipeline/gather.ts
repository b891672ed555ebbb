import type { AlertCase } from "./alert-case.ts";
import { join, openIncident } from "./incidents.ts";
import type { Round } from "./round.ts";

/** What is told together is one incident, from two of them on. */
export function gatherGroups(round: Round): void {
  for (const name of [...round.flushed].sort()) {
    const group = round.cases.groups.get(name);
    if (group === undefined) continue;
    group.flushAt = null;
    group.lastSentAt = round.now;
    const told = Object.keys(group.members)
      .flatMap((id) => round.cases.alerts.get(id) ?? [])
      .filter(isOpenAndTold);
    round.cases.groups.touch(name);
    const free = told.filter(({ incidentId }) => incidentId === null);
    const open = told
      .map(({ incidentId }) => (incidentId === null ? undefined : round.cases.incidents.get(incidentId)))
      .find((incident) => incident?.incident.cause === "place");
    if (open !== undefined) {
      for (const one of free) join(open, one, round);
    } else if (free.length > 1) {
      const [first] = free as [AlertCase, ...AlertCase[]];
      const placeId = sharedPlace(name, first, round);
      openIncident(
        { name: `place.${name}`, cause: "place", placeId, lead: null, atLeast: 1, at: round.now },
        free,
        round,
      );
    }
  }
}

const isOpenAndTold = ({ over, chain, held }: AlertCase) => over === null && held === null && chain.step > 0;

function sharedPlace(name: string, one: AlertCase, round: Round): string | null {
  const { placePath } = round.subject(one);
  return placePath.find((id) => name.endsWith(`.${id}`)) ?? placePath[0] ?? null;
}
