import { days, isLinliError, type Maintenance, type Silence } from "@linli/model";
import { type CompiledWindow, compileWindow } from "../../calendar/recurring-window.ts";
import { coversLifeSafety, endOf } from "../silence.ts";
import type { World } from "../world.ts";
import { type Examined, type Flaw, missing, refused } from "./flaw.ts";
import { isNarrow, matcherFlaws } from "./matchers.ts";

/** As long as one window may be: several without a gap may not be longer either. */
const LONGEST = days(31);

function isWholeSite(placeId: string, world: World): boolean {
  const count = (id: string) => [...world.devicesAt(id)].length;
  const roots = [...world.places.values()].filter(({ parentId }) => parentId === null);
  const all = roots.reduce((sum, { id }) => sum + count(id), 0);
  return roots.some(({ id }) => id === placeId) || (all > 1 && count(placeId) === all);
}

export function silenceFlaws(silence: Silence, examined: Examined): Flaw[] {
  const { world, now } = examined;
  const { match, by, secondBy, endedAt } = silence;
  if (endedAt !== null) return [];
  const people = [by, ...(secondBy === null ? [] : [secondBy])];
  const isBroad = !isNarrow(match) && (match.placeId === undefined || isWholeSite(match.placeId, world));
  return [
    ...matcherFlaws(match, examined),
    ...people.flatMap((id) => (world.people.has(id) ? [] : [refused("gone", "by", `person ${id}`)])),
    ...(endOf(silence) <= now ? [refused("over", "until", "")] : []),
    ...(isBroad ? [refused("too-broad", "match", "all of the site")] : []),
    ...(secondBy !== null && !coversLifeSafety(silence)
      ? [refused("life-safety", "secondBy", "one device, at most 4 hours and a second person")]
      : []),
  ];
}

function windowFlaws(maintenance: Maintenance, now: number): Flaw[] {
  let window: CompiledWindow;
  try {
    window = compileWindow(maintenance.window);
  } catch (error) {
    if (!isLinliError(error, "invalid")) throw error;
    return [refused("unreadable", "window", error.message)];
  }
  const first = window.at(now) ?? window.next(now);
  if (first === undefined) return [refused("over", "window", "")];
  let end = first.to;
  // each occurrence ends later than the one before it: no more of them than days, and room to spare
  for (let count = 0; count < 100 && end - first.from <= LONGEST; count++) {
    const follower = window.at(end);
    if (follower === undefined) return [];
    end = follower.to;
  }
  return end - first.from > LONGEST ? [refused("endless", "window", "for more than 31 days")] : [];
}

export function maintenanceFlaws(maintenance: Maintenance, examined: Examined): Flaw[] {
  const { world, now } = examined;
  const { match, onSite, endedAt } = maintenance;
  if (endedAt !== null && endedAt <= now) return [];
  return [
    ...matcherFlaws(match, examined),
    ...missing("person", onSite, "onSite", (id) => world.people.has(id)),
    ...(isNarrow(match) || match.placeId !== undefined ? [] : [refused("too-broad", "match", "all of the site")]),
    ...windowFlaws(maintenance, now),
  ];
}
