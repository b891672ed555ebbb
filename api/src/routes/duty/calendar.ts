import { occurrencesBetween, rotaShifts } from "@linli/alerting";
import { type Arrangements, type DutyCalendar, days, ROUTES, type Team } from "@linli/model";
import type { FastifyInstance } from "fastify";
import { mayRead } from "../../arrangements/extent.ts";
import { invalidField } from "../../errors/api-error.ts";
import type { Parts } from "../../parts.ts";
import { serve } from "../../serve.ts";
import { namesOf } from "./duty.ts";

const USUAL_RANGE = days(7);
const LONGEST_RANGE = days(62);
/** Of one maintenance; a daily one has as many in the longest range. */
const MOST_OCCURRENCES = 62;
const SHOWN = 5;

type Shift = DutyCalendar["shifts"][number];
type Window = DutyCalendar["windows"][number];

function shiftsOf(team: Team, { rota }: Arrangements, from: number, to: number): Shift[] {
  const { id: teamId, name: teamName, members, rotaId } = team;
  if (rotaId === undefined) return [{ teamId, teamName, people: members, from, to }];
  const found = rota.find(({ id }) => id === rotaId);
  if (found === undefined) return [{ teamId, teamName, people: [], from, to }];
  return rotaShifts(found, from, to).map(({ personId, ...stretch }) => ({
    teamId,
    teamName,
    people: personId === undefined ? [] : [personId],
    ...stretch,
  }));
}

function windowsOf({ silence, maintenance }: Arrangements, from: number, to: number): Window[] {
  const silences = silence
    .filter((one) => one.from < to && (one.endedAt ?? one.until) > from)
    .map(({ id, reason, from: start, until, endedAt }) => {
      return { type: "silence" as const, id, name: reason, from: start, to: endedAt ?? until };
    });
  const windows = maintenance
    .filter(({ endedAt }) => endedAt === null)
    .flatMap(({ id, name, window }) =>
      occurrencesBetween(window, from, to, MOST_OCCURRENCES).map((stretch) => {
        return { type: "maintenance" as const, id, name, ...stretch };
      }),
    );
  return [...silences, ...windows].toSorted((a, b) => a.from - b.from);
}

/** Only what the caller may look at. */
function readable(all: Arrangements, who: Parameters<typeof mayRead>[1], parts: Parts): Arrangements {
  const { registry } = parts;
  return {
    ...all,
    team: all.team.filter((value) => mayRead({ type: "team", value }, who, all, registry)),
    silence: all.silence.filter((value) => mayRead({ type: "silence", value }, who, all, registry)),
    maintenance: all.maintenance.filter((value) => mayRead({ type: "maintenance", value }, who, all, registry)),
  };
}

export function registerDutyCalendar(server: FastifyInstance, parts: Parts): void {
  const { state, clock } = parts;

  serve(server, parts, ROUTES.dutyCalendar, async ({ query, who }) => {
    const from = query.from ?? clock.now();
    const to = query.to ?? from + USUAL_RANGE;
    if (to <= from) throw invalidField("to", "has to be after from", to);
    if (to - from > LONGEST_RANGE) throw invalidField("to", "at most 62 days after from", to);
    const all = readable(await state.arrangements.all(), who, parts);
    const shifts = all.team.flatMap((team) => shiftsOf(team, all, from, to));
    const names = await namesOf(parts, new Set(shifts.flatMap(({ people }) => people)));
    return { shifts, windows: windowsOf(all, from, to), names };
  });

  serve(server, parts, ROUTES.previewWindow, async ({ body }) => {
    const now = clock.now();
    return { items: occurrencesBetween(body, now, Number.MAX_SAFE_INTEGER, SHOWN) };
  });
}
