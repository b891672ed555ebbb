import { isLinliError, type Maintenance } from "@linli/model";
import { type CompiledWindow, compileWindow, type Stretch } from "../calendar/recurring-window.ts";
import { matches } from "./matches.ts";
import type { Subject, World } from "./world.ts";

/** Announced work that an alert falls into. */
export interface Underway {
  /** Of several that overlap the one that ends last. */
  readonly maintenance: Maintenance;
  readonly stretch: Stretch;
  /** Those on site of all of them. */
  readonly onSite: readonly string[];
}

const windows = new WeakMap<Maintenance, CompiledWindow>();
const NEVER: CompiledWindow = { at: () => undefined, next: () => undefined };

/** A window that cannot be read mutes nothing; looking through the arrangements names it. */
function windowOf(maintenance: Maintenance): CompiledWindow {
  let window = windows.get(maintenance);
  if (window === undefined) {
    try {
      window = compileWindow(maintenance.window);
    } catch (error) {
      if (!isLinliError(error, "invalid")) throw error;
      window = NEVER;
    }
    windows.set(maintenance, window);
  }
  return window;
}

/** Its occurrence at a moment; nothing began before somebody announced it. */
function occurrenceAt(maintenance: Maintenance, at: number): Stretch | undefined {
  const { createdAt, endedAt } = maintenance;
  if (at < createdAt || (endedAt !== null && at >= endedAt)) return undefined;
  const stretch = windowOf(maintenance).at(at);
  if (stretch === undefined) return undefined;
  return { from: Math.max(stretch.from, createdAt), to: Math.min(stretch.to, endedAt ?? stretch.to) };
}

/** Several windows at once are one: ending one of them ends no other. */
export function maintenanceOver(subject: Subject, at: number, world: World): Underway | undefined {
  let last: { maintenance: Maintenance; stretch: Stretch } | undefined;
  const onSite = new Set<string>();
  for (const maintenance of world.arrangements.maintenance) {
    if (!matches(maintenance.match, subject)) continue;
    const stretch = occurrenceAt(maintenance, at);
    if (stretch === undefined) continue;
    for (const personId of maintenance.onSite) onSite.add(personId);
    if (last === undefined || stretch.to > last.stretch.to) last = { maintenance, stretch };
  }
  return last && { ...last, onSite: [...onSite] };
}
