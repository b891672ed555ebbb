import type { DeviceKind } from "@linli/model";
import type { HistoryEntry, HistoryPosition, HistoryStore, SeriesOwner, SeriesWriter } from "@linli/stores";
import { eventEntry, isChange, transitionEntry } from "./history-entries.ts";

const AT_ONCE = 1_000;

export interface HistoryDeps {
  readonly store: HistoryStore;
  readonly write: NonNullable<SeriesWriter["writeHistory"]>;
  /** Called with the reason for each entry or fact that the series store will never take. */
  readonly refused: (reasons: readonly string[]) => void;
  /** Of a retired device too; `undefined` of one that is gone. */
  readonly owner: (deviceId: string) => Promise<SeriesOwner | undefined>;
  readonly kinds: ReadonlyMap<string, DeviceKind>;
  /** Names the series store that it goes to: another one begins with all that is known. */
  readonly follower: string;
}

/**
 * Takes events and transitions from the state store, where they are true, to the series store, where people look at them
 * with other tools. It follows behind with a place of its own, so that neither waits for the other.
 */
export class History {
  private readonly deps: HistoryDeps;
  private position: HistoryPosition | undefined;

  constructor(deps: HistoryDeps) {
    this.deps = deps;
  }

  /** One piece; true when there may be more. Its place is stored when the piece is safe. */
  async step(): Promise<boolean> {
    const { store, write, follower } = this.deps;
    this.position ??= await store.position(follower);
    const { events, transitions, next } = await store.after(this.position, AT_ONCE);
    if (events.length === 0 && transitions.length === 0) return false;
    const entries = [
      ...(await this.entries(events, (event, owner) => eventEntry(event, owner, this.deps.kinds.get(owner.kind)))),
      ...(await this.entries(transitions.filter(isChange), transitionEntry)),
    ];
    if (entries.length > 0) this.deps.refused(await write(entries));
    await store.moveTo(follower, next);
    this.position = next;
    return events.length === AT_ONCE || transitions.length === AT_ONCE;
  }

  private async entries<Item extends { readonly deviceId: string }>(
    items: readonly Item[],
    entryOf: (item: Item, owner: SeriesOwner) => HistoryEntry,
  ): Promise<HistoryEntry[]> {
    const entries: HistoryEntry[] = [];
    for (const item of items) {
      const owner = await this.deps.owner(item.deviceId);
      if (owner !== undefined) entries.push(entryOf(item, owner));
    }
    return entries;
  }
}
