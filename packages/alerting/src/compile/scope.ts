import { type DeviceKind, findPoint, type Point, type Problem } from "@linli/model";

/** What a rule may speak of: the points and events of its kinds, and its parameters. Gathers what is wrong with it. */
export class Scope {
  readonly kinds: readonly DeviceKind[];
  readonly params: Readonly<Record<string, number>>;
  readonly problems: Problem[] = [];

  constructor(kinds: readonly DeviceKind[], params: Readonly<Record<string, number>>) {
    this.kinds = kinds;
    this.params = params;
  }

  problem(place: string, message: string, value?: unknown): void {
    this.problems.push(value === undefined ? { field: place, message } : { field: place, message, value });
  }

  /** The declaration of a point by the first kind; a problem for each kind that lacks it. */
  point(place: string, name: string): Point | undefined {
    for (const kind of this.kinds) {
      if (declared(kind, name) === undefined) this.problem(place, `the kind ${kind.id} has no such point`, name);
    }
    return this.kinds.map((kind) => declared(kind, name)).find((point) => point !== undefined);
  }

  event(place: string, type: string): void {
    for (const kind of this.kinds) {
      if (kind.events[type] === undefined) this.problem(place, `the kind ${kind.id} has no such event`, type);
    }
  }

  quantity(place: string, quantity: number | string | undefined): void {
    if (typeof quantity !== "string" || Object.hasOwn(this.params, quantity.slice(1))) return;
    this.problem(place, "no such parameter: declare it under params", quantity);
  }
}

/** A pattern of a rule and one of a kind are the same when their braces stand in the same places. */
function declared(kind: DeviceKind, name: string): Point | undefined {
  const shape = (text: string) => text.replaceAll(/\{[^}]+\}/g, "{}");
  const same = Object.keys(kind.points).find((declaredName) => shape(declaredName) === shape(name));
  return same === undefined ? findPoint(kind, name) : kind.points[same];
}
