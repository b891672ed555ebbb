import type { AlertItem } from "@linli/model";

/** A row as it stands on the screen. `gone`: it no longer belongs to this list, and is shown as it last was. */
export interface SteadyRow {
  readonly item: AlertItem;
  readonly gone: boolean;
}

export interface SteadyList {
  readonly rows: readonly SteadyRow[];
  /** How many there are that do not show yet. */
  readonly waiting: number;
}

/**
 * What a held list shows when `fresh` is how it is now: the same rows at the same places with what is new about them;
 * those that left stay, marked; those that came wait.
 */
export function holdSteady(shown: readonly SteadyRow[], fresh: readonly AlertItem[]): SteadyList {
  const now = new Map(fresh.map((item) => [item.alert.id, item]));
  const rows = shown.map(({ item }) => {
    const found = now.get(item.alert.id);
    now.delete(item.alert.id);
    return { item: found ?? item, gone: found === undefined };
  });
  return { rows, waiting: now.size };
}

export function letGo(fresh: readonly AlertItem[]): SteadyList {
  return { rows: fresh.map((item) => ({ item, gone: false })), waiting: 0 };
}
