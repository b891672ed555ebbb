import { type Rota, rotaSchema, type Target, type Team, teamSchema } from "@linli/model";
import { describe, expect, it } from "vitest";
import { personOf, worldOf } from "../testing/test-world.ts";
import { DEFAULT_ESCALATIONS } from "./escalations.ts";
import { peopleOf } from "./people.ts";

const NOW = Date.parse("2026-06-03T04:00:00Z");
const teamOf = (id: string, changes: Partial<Team> = {}): Team =>
  teamSchema.parse({ id, name: id, role: "lift-maintainer", placeId: null, members: [], ...changes });
const rotaOf = (id: string, people: string[], hours?: string): Rota =>
  rotaSchema.parse({
    id,
    name: id,
    timeZone: "Asia/Shanghai",
    layers: [{ people, from: "2026-06-01", handover: "08:00", everyDays: 7, ...(hours !== undefined && { hours }) }],
  });
const room = { channelId: "group", address: "url" };
const lifts = teamOf("lifts", { members: ["an", "bo"], rotaId: "week", rooms: [room] });
const desk = teamOf("desk", { role: "property", members: ["dai", "en"], desk: true });

interface Given {
  readonly teams?: readonly Team[];
  readonly rotas?: readonly Rota[];
  readonly gone?: readonly string[];
  readonly routedTo?: Team | undefined;
}

function told(
  target: Target,
  { teams = [lifts, desk], rotas = [rotaOf("week", ["bo"])], gone = [], ...given }: Given = {},
) {
  const names = ["an", "bo", "cai", "dai", "en"].filter((id) => !gone.includes(id));
  const admin = personOf("root", { grants: [{ role: "admin", placeId: null }] });
  const people = [...names.map((id) => personOf(id)), admin];
  const world = worldOf({ people, arrangements: { team: teams, rota: rotas } });
  const team = "routedTo" in given ? given.routedTo : lifts;
  const routed = { team, escalation: DEFAULT_ESCALATIONS.critical, reason: "" };
  const { people: found, rooms, hole } = peopleOf(target, routed, NOW, world);
  const shown = found.map(({ personId, onDuty }) => `${personId}${onDuty ? "" : " (off)"}`).join(" ");
  return { people: shown, rooms: rooms.length, hole };
}

const onCall: Target = { onCall: true };

describe("whom a step tells", () => {
  it("on call: who the rota says, and the team's rooms along with them", () => {
    expect(told(onCall)).toEqual({ people: "bo", rooms: 1, hole: undefined });
  });

  it("a team without a rota: all of it, all on duty", () => {
    expect(told(onCall, { routedTo: { ...lifts, rotaId: undefined } as unknown as Team }).people).toBe("an bo");
    expect(told({ team: "desk" }).people).toBe("dai en");
  });

  it("members: everybody, those who are not on call as such", () => {
    expect(told({ members: true })).toMatchObject({ people: "an (off) bo", hole: undefined });
  });

  it("a person, on duty when on call for it", () => {
    expect(told({ person: "bo" }).people).toBe("bo");
    expect(told({ person: "cai" }).people).toBe("cai (off)");
    expect(told({ person: "dai" }).people).toBe("dai");
  });

  it("the desk", () => {
    expect(told({ desk: true })).toMatchObject({ people: "dai en", hole: undefined });
    expect(told(onCall, { routedTo: undefined })).toMatchObject({ people: "dai en", hole: undefined });
  });
});

describe("a hole leads to the desk at once, with the reason", () => {
  it.each<[string, Target, Given, string]>([
    [
      "hours that nobody covers",
      onCall,
      { rotas: [rotaOf("week", ["bo"], "20:00-22:00")] },
      "nobody is on call in rota week",
    ],
    ["a rota that is gone", onCall, { rotas: [] }, "rota week of team lifts is gone"],
    ["somebody who left", onCall, { gone: ["bo"] }, "bo, on call in week, is gone"],
    ["a person who left", { person: "bo" }, { gone: ["bo"] }, "bo is gone"],
    ["a team that is gone", { team: "x" }, {}, "team x is gone"],
    [
      "a team of nobody",
      { team: "empty" },
      { teams: [desk, teamOf("empty", { rooms: [room] })] },
      "team empty has nobody",
    ],
  ])("%s", (_, target, given, hole) => {
    expect(told(target, given)).toMatchObject({ people: "dai en", hole });
  });

  it("a robot alone is never all that is told: its room stays, the desk comes with it", () => {
    expect(told(onCall, { gone: ["an", "bo"] })).toMatchObject({ people: "dai en", rooms: 1 });
  });

  it("a hole at the desk itself: all of the desk", () => {
    const teams = [lifts, { ...desk, rotaId: "desk" }];
    const rotas = [rotaOf("week", ["bo"]), rotaOf("desk", ["dai"], "20:00-22:00")];
    expect(told({ desk: true }, { teams, rotas })).toMatchObject({
      people: "dai en",
      hole: "nobody is on call in rota desk: all of the desk",
    });
  });

  it("no desk: those who could arrange one", () => {
    const expected = { people: "root", hole: "no desk is arranged: administrators" };
    expect(told({ desk: true }, { teams: [lifts] })).toMatchObject(expected);
    expect(told({ desk: true }, { gone: ["dai", "en"] })).toMatchObject({ people: "root" });
  });
});
