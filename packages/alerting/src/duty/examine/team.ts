import type { Team } from "@linli/model";
import { isOpenChannel } from "../ways.ts";
import { type Examined, type Flaw, missing, refused, shown } from "./flaw.ts";
import { rotaFlaws } from "./rota.ts";

function deskFlaws(team: Team, { world, ...examined }: Examined): Flaw[] {
  const other = world.arrangements.team.find(({ id, desk }) => desk && id !== team.id);
  if (!team.desk) return [];
  if (other !== undefined) return [refused("second-desk", "desk", other.id)];
  const rota = world.arrangements.rota.find(({ id }) => id === team.rotaId);
  const holes = rota === undefined ? [] : rotaFlaws(rota, { world, ...examined });
  return holes.filter(({ code }) => code === "rota-hole").map((hole) => ({ ...hole, field: "rotaId" }));
}

export function teamFlaws(team: Team, examined: Examined): Flaw[] {
  const { world } = examined;
  const { members, placeId, rotaId, rooms } = team;
  const rota = world.arrangements.rota.find(({ id }) => id === rotaId);
  const isManned =
    members.some((id) => world.people.has(id)) ||
    (rota?.layers.some((layer) => layer.people.some((id) => world.people.has(id))) ?? false);
  // holes of other rotas stand with the rota
  return [
    ...missing("person", members, "members", (id) => world.people.has(id)),
    ...missing(
      "channel",
      rooms.map(({ channelId }) => channelId),
      "rooms",
      (id) => isOpenChannel(id, world),
    ),
    ...(placeId === null || world.places.has(placeId) ? [] : [refused("gone", "placeId", `place ${placeId}`)]),
    ...(rotaId === undefined || rota !== undefined ? [] : [refused("gone", "rotaId", `rota ${rotaId}`)]),
    ...(isManned
      ? []
      : rooms.length > 0
        ? [refused("robot-only", "members", team.id)]
        : [(team.desk ? refused : shown)("nobody", "members", `team ${team.id}`)]),
    ...deskFlaws(team, examined),
  ];
}
