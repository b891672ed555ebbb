import { type DeviceKind, findPoint, type Point, type Problem, type Quantity, type Span } from "@linli/model";

/** Ten years. */
const LONGEST_MS = 3_653 * 86_400_000;

/** What a rule may speak of: the points and events of its kinds, and its parameters. Gathers what is wrong with it. */
export class Scope {
  readonly kinds: readonly DeviceKind[];
  readonly params: Readonly<Record<string, number>>;
  readonly problems: Problem[] = [];
  /** Parameters that are lengths of time. */
  readonly spans = new Set<string>();

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
    return this.points(name)[0];
  }

  /** What the kinds declare of a point. */
  points(name: string): readonly Point[] {
    return this.kinds.flatMap((kind) => declared(kind, name) ?? []);
  }

  /** The slowest rhythm, ms, in which any of the points is measured; 0 = they report on change. */
  cadence(names: readonly string[]): number {
    return Math.max(0, ...names.flatMap((name) => this.points(name).map(({ cadence = 0 }) => cadence)));
  }

  event(place: string, type: string): void {
    for (const kind of this.kinds) {
      if (!Object.hasOwn(kind.events, type)) this.problem(place, `the kind ${kind.id} has no such event`, type);
    }
  }

  /** The number as the rule has it; a problem when it names no parameter. */
  quantity(place: string, quantity: Quantity): number | undefined {
    if (typeof quantity === "number") return quantity;
    const name = quantity.slice(1);
    if (Object.hasOwn(this.params, name)) return this.params[name];
    this.problem(place, "no such parameter: declare it under params", quantity);
    return undefined;
  }

  /** A length of time that something is measured by, ms; a problem when it is none. */
  duration(place: string, span: Span): number {
    const ms = this.wait(place, span);
    if (ms === 0) this.problem(place, "must be longer than nothing", span);
    return ms;
  }

  /** A length of time that something waits for, ms: it may be nothing. */
  wait(place: string, span: Span): number {
    if (typeof span === "string") this.spans.add(span.slice(1));
    const ms = this.quantity(place, span) ?? 1;
    if (Number.isInteger(ms) && ms >= 0 && ms <= LONGEST_MS) return ms;
    this.problem(place, "no length of time: from nothing to ten years, in whole ms", span);
    return 1;
  }
}

const BRACED = /\{[^}]+\}/g;

/** A pattern of a rule and one of a kind are the same when their braces stand in the same places. */
function declared(kind: DeviceKind, name: string): Point | undefined {
  if (!name.includes("{")) return findPoint(kind, name);
  const shape = name.replaceAll(BRACED, "{}");
  const same = Object.keys(kind.points).find((declaredName) => declaredName.replaceAll(BRACED, "{}") === shape);
  return same === undefined ? undefined : kind.points[same];
}
