import type { Memory } from "./conditions/node.ts";

type Values = Readonly<Record<string, unknown>>;

/** What conditions remember, with the changes of one step on top: the state it came from stays as it was. */
export class OverlayMemory implements Memory {
  private readonly before: Values;
  private changes: Map<string, unknown> | undefined;

  constructor(before: Values) {
    this.before = before;
  }

  get(place: string): unknown {
    return this.changes?.has(place) ? this.changes.get(place) : this.before[place];
  }

  set(place: string, value: unknown): void {
    if (this.get(place) === value) return;
    this.changes ??= new Map();
    this.changes.set(place, value);
  }

  values(): Values {
    if (this.changes === undefined) return this.before;
    const entries = [...Object.entries(this.before).filter(([place]) => !this.changes?.has(place)), ...this.changes];
    return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
  }
}
