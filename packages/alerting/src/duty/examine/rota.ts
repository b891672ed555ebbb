import { days, isLinliError, type Rota } from "@linli/model";
import { parseOpeningHours } from "../../calendar/opening-hours.ts";
import { rotaHoles } from "../rota.ts";
import { type Examined, type Flaw, missing, refused, shown } from "./flaw.ts";

/** Holes are looked for so far ahead: before the night in which they matter. */
const AHEAD = days(14);
const MOST_HOLES = 5;

function unreadable({ layers, overrides }: Rota): Flaw[] {
  const hours = layers.flatMap(({ hours: text = "24/7" }, index) => {
    try {
      parseOpeningHours(text);
      return [];
    } catch (error) {
      if (!isLinliError(error, "invalid")) throw error;
      return [refused("unreadable", `layers.${index}.hours`, error.message)];
    }
  });
  const from = layers.flatMap(({ from: day }, index) => {
    try {
      Temporal.PlainDate.from(day, { overflow: "reject" });
      return [];
    } catch {
      return [refused("unreadable", `layers.${index}.from`, `${day} is no day of the calendar`)];
    }
  });
  const turned = overrides.flatMap(({ from: start, to }, index) =>
    to > start ? [] : [refused("unreadable", `overrides.${index}.to`, "must be after from")],
  );
  return [...hours, ...from, ...turned];
}

function inWords(at: number, timeZone: string): string {
  const { year, month, day, hour, minute } = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone);
  const two = (value: number) => String(value).padStart(2, "0");
  return `${year}-${two(month)}-${two(day)} ${two(hour)}:${two(minute)}`;
}

/** Times in which nobody is on call in the next two weeks, by the rota's clock. */
function holes(rota: Rota, { now }: Examined): string[] {
  return rotaHoles(rota, now, now + AHEAD)
    .slice(0, MOST_HOLES)
    .map(({ from, to }) => `${inWords(from, rota.timeZone)} to ${inWords(to, rota.timeZone)}`);
}

/** A hole is refused where nobody stands behind it: in the desk's own rota, or without a desk. */
export function rotaFlaws(rota: Rota, examined: Examined): Flaw[] {
  const { team: teams } = examined.world.arrangements;
  const { people } = examined.world;
  const broken = unreadable(rota);
  const gone = [
    ...rota.layers.flatMap((layer, index) =>
      missing("person", layer.people, `layers.${index}.people`, (id) => people.has(id)),
    ),
    ...rota.overrides.flatMap(({ personId, to }, index) =>
      to <= examined.now || people.has(personId)
        ? []
        : [refused("gone", `overrides.${index}.personId`, `person ${personId}`)],
    ),
  ];
  if (broken.length > 0) return [...broken, ...gone];
  const users = teams.filter(({ rotaId }) => rotaId === rota.id);
  const nobodyBehind = users.some(({ desk }) => desk) || (users.length > 0 && !teams.some(({ desk }) => desk));
  const flaw = nobodyBehind ? refused : shown;
  return [...gone, ...(users.length > 0 ? holes(rota, examined).map((hole) => flaw("rota-hole", "layers", hole)) : [])];
}
