import type { Memory } from "./conditions/node.ts";

type Values = Readonly<Record<string, unknown>>;

/** What conditions remember, with the changes of one step on top: the state it came from stays as it was. */
export class OverlayMemory implements Memory {
  private readonly before: Values;
  private changes: Map<string, unknown> | undefined;
  private readonly asked: Set<string> | undefined;

  /** `forgetUnasked`: what nothing asks for in this step belonged to another version of the rule. */
  constructor(before: Values, forgetUnasked: boolean) {
    this.before = before;
    if (forgetUnasked) this.asked = new Set();
  }

  get(place: string): unknown {
    this.asked?.add(place);
    return this.changes?.has(place) ? this.changes.get(place) : this.before[place];
  }

  set(place: string, value: unknown): void {
    if (this.get(place) === value) return;
    this.changes ??= new Map();
    this.changes.set(place, value);
  }

  /** The same object as before when nothing changed. */
  values(): Values {
    const { before, changes, asked } = this;
    if (changes === undefined && asked === undefined) return before;
    const kept = Object.entries(before).filter(([place]) => !changes?.has(place) && (asked?.has(place) ?? true));
    const entries = [...kept, ...(changes ?? [])];
    return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
  }
}
