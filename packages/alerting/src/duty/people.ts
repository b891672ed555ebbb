import type { Target, Team } from "@linli/model";
import { personOnCall } from "./rota.ts";
import type { Routed, Way, World } from "./world.ts";

/** Whom a step tells. */
export interface Told {
  readonly people: readonly { readonly personId: string; readonly onDuty: boolean }[];
  /** Told along with the people, never in their place. */
  readonly rooms: readonly Way[];
  /** Why nobody was there who should be, in words; the desk is told instead. */
  readonly hole?: string;
}

interface Asked {
  readonly at: number;
  readonly world: World;
}

type Present = { readonly people: readonly string[] } | { readonly hole: string };

/** Those on call of a team who still exist. */
function onCallOf(team: Team, { at, world }: Asked): Present {
  if (team.rotaId === undefined) {
    const people = team.members.filter((id) => world.people.has(id));
    return people.length > 0 ? { people } : { hole: `team ${team.id} has nobody` };
  }
  const rota = world.arrangements.rota.find(({ id }) => id === team.rotaId);
  if (rota === undefined) return { hole: `rota ${team.rotaId} of team ${team.id} is gone` };
  const personId = personOnCall(rota, at);
  if (personId === undefined) return { hole: `nobody is on call in rota ${rota.id}` };
  return world.people.has(personId) ? { people: [personId] } : { hole: `${personId}, on call in ${rota.id}, is gone` };
}

function isOnDuty(personId: string, team: Team | undefined, asked: Asked): boolean {
  return [team, deskOf(asked.world)].some((on) => {
    const present = on && onCallOf(on, asked);
    return present !== undefined && "people" in present && present.people.includes(personId);
  });
}

/** The team that is there around the clock. */
export function deskOf(world: World): Team | undefined {
  return world.arrangements.team.find(({ desk }) => desk);
}

/** Nobody arranged a desk, or nobody of it is left: those who could arrange one. */
function administrators(world: World): string[] {
  return [...world.people.values()]
    .filter(({ grants }) => grants.some(({ role, placeId }) => role === "admin" && placeId === null))
    .map(({ id }) => id)
    .toSorted();
}

function theDesk(asked: Asked, holes: readonly string[] = []): Told {
  const desk = deskOf(asked.world);
  const rooms = desk?.rooms ?? [];
  const told = (people: readonly string[], why: readonly string[]): Told => ({
    people: people.map((personId) => ({ personId, onDuty: true })),
    rooms,
    ...(why.length > 0 && { hole: why.join("; ") }),
  });
  if (desk === undefined) return told(administrators(asked.world), [...holes, "no desk is arranged: administrators"]);
  const present = onCallOf(desk, asked);
  if ("people" in present) return told(present.people, holes);
  const members = desk.members.filter((id) => asked.world.people.has(id));
  if (members.length > 0) return told(members, [...holes, `${present.hole}: all of the desk`]);
  return told(administrators(asked.world), [...holes, `${present.hole}: administrators`]);
}

function ofTeam(team: Team, asked: Asked): Told {
  const present = onCallOf(team, asked);
  if ("hole" in present) {
    const desk = theDesk(asked, [present.hole]);
    return { ...desk, rooms: [...team.rooms, ...desk.rooms] };
  }
  return { people: present.people.map((personId) => ({ personId, onDuty: true })), rooms: team.rooms };
}

function allOf(team: Team, asked: Asked): Told {
  const people = team.members.filter((id) => asked.world.people.has(id));
  if (people.length === 0) return ofTeam(team, asked);
  return {
    people: people.map((personId) => ({ personId, onDuty: isOnDuty(personId, team, asked) })),
    rooms: team.rooms,
  };
}

/** The people and rooms that a target means at a moment. A hole leads to the desk at once. */
export function peopleOf(target: Target, routed: Routed, at: number, world: World): Told {
  const asked = { at, world };
  const { team } = routed;
  if ("desk" in target) return theDesk(asked);
  if ("person" in target) {
    const personId = target.person;
    if (!world.people.has(personId)) return theDesk(asked, [`${personId} is gone`]);
    return { people: [{ personId, onDuty: isOnDuty(personId, team, asked) }], rooms: [] };
  }
  if ("team" in target) {
    const other = world.arrangements.team.find(({ id }) => id === target.team);
    return other === undefined ? theDesk(asked, [`team ${target.team} is gone`]) : ofTeam(other, asked);
  }
  if (team === undefined) return theDesk(asked);
  return "members" in target ? allOf(team, asked) : ofTeam(team, asked);
}
