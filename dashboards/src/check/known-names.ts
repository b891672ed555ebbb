import { DEVICE_KINDS, type DeviceKind } from "@linli/model";
import { encodeName, ownColumn } from "@linli/stores/influx-schema";
import { TAGS } from "../influxql/scope.ts";
import type { BoardQuery } from "../run/board-queries.ts";
import { namedIn } from "./influxql-names.ts";

const ROLLED_UP = ["min", "max", "sum", "count", "numbers", "first", "last"];

/** What a measurement has. */
interface Known {
  readonly tags: readonly string[];
  /** Field names; `{…}` of an indexed point as it is declared. */
  readonly fields: ReadonlySet<string>;
}

function fieldsOf(kind: DeviceKind, suffixes: readonly string[]): Set<string> {
  return new Set(
    Object.keys(kind.points).flatMap((name) => {
      // Braces stay as they are declared, so that a pattern and an example are held against the same name.
      return suffixes.map((suffix) => ownColumn(name) + suffix);
    }),
  );
}

function happening(kinds: readonly DeviceKind[], measurement: string): Known {
  const tags = [...TAGS, "kind", "type", ...(measurement === "transition" ? ["state"] : [])];
  const data = kinds.flatMap(({ events }) => Object.values(events).flatMap((event) => Object.keys(event.data)));
  const texts =
    measurement === "transition" ? ["from:text", "reason:text"] : data.flatMap((name) => [name, `${name}:text`]);
  return { tags, fields: new Set(["happened", ...texts]) };
}

function knownBy(kinds: readonly DeviceKind[]): ReadonlyMap<string, Known> {
  const known = new Map<string, Known>();
  for (const kind of kinds) {
    const name = encodeName(kind.id);
    known.set(name, { tags: TAGS, fields: fieldsOf(kind, [""]) });
    for (const level of ["5m", "1h"]) {
      known.set(`${name}_${level}`, {
        tags: TAGS,
        fields: fieldsOf(
          kind,
          ROLLED_UP.map((what) => `:${what}`),
        ),
      });
    }
  }
  for (const name of ["event", "transition"]) known.set(name, happening(kinds, name));
  return known;
}

const SEGMENT = /\{[^}]+\}/g;

function isField(name: string, { fields }: Known): boolean {
  if (fields.has(name)) return true;
  return [...fields].some((field) => {
    if (!field.includes("{")) return false;
    const parts = field.split(SEGMENT).map((part) => part.replaceAll(".", "\\."));
    return new RegExp(`^${parts.join("[A-Za-z0-9_-]+")}$`).test(name);
  });
}

function isSelected(pattern: RegExp, { fields }: Known): boolean {
  return [...fields].some((field) => pattern.test(field.replaceAll(SEGMENT, "1")));
}

/** The measurements of each data source. */
const LEVEL = { raw: /^(?!.*_(5m|1h)$)/, fiveMinutes: /_5m$/, hours: /_1h$/ } as const;

/** What a query names that a model does not have: measurements, fields and tags; empty when all of it is real. */
export type NameCheck = (query: BoardQuery) => string[];

/** Checks the InfluxQL queries of boards against what these kinds declare. */
export function nameCheck(kinds: Iterable<DeviceKind> = DEVICE_KINDS.values()): NameCheck {
  const known = knownBy([...kinds]);
  return (query) => {
    if (query.source === "prometheus") return [];
    const { measurements, names, patterns } = namedIn(query.text);
    const level = LEVEL[query.source];
    const there = measurements.flatMap((name) => known.get(name) ?? []);
    const isThere = (name: string) => there.some((one) => one.tags.includes(name) || isField(name, one));
    const where = measurements.join(", ");
    return [
      ...measurements.filter((name) => !known.has(name)).map((name) => `no measurement ${name}`),
      ...measurements.filter((name) => !level.test(name)).map((name) => `${name} does not stand in ${query.source}`),
      ...names.filter((name) => name !== "$per" && !isThere(name)).map((name) => `no field or tag ${name} in ${where}`),
      ...patterns
        .filter((pattern) => !there.some((one) => isSelected(pattern, one)))
        .map((pattern) => `no field of ${where} is ${pattern}`),
    ].map((problem) => `${query.name}: ${problem}`);
  };
}
