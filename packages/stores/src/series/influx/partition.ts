import type { Field, Line } from "./line.ts";
import { textOf } from "./line.ts";
import type { Blame } from "./verdict.ts";

export type Parts = readonly [readonly Line[], readonly Line[]];

function part<T>(items: readonly T[], isBlamed: (item: T) => boolean): readonly [T[], T[]] {
  const good: T[] = [];
  const bad: T[] = [];
  for (const item of items) (isBlamed(item) ? bad : good).push(item);
  return [good, bad];
}

function stands({ series: { columns } }: Field, name: string): boolean {
  return columns.own === name || columns.other === name;
}

/** The lines without the fields of that column, and these fields alone. */
export function partByColumn(lines: readonly Line[], measurement: string, name: string): Parts {
  const good: Line[] = [];
  const bad: Line[] = [];
  for (const line of lines) {
    const isMeant = line.device.columns.measurement === measurement;
    const [fields, blamed] = isMeant ? part(line.fields, (field) => stands(field, name)) : [line.fields, []];
    if (blamed.length === 0) good.push(line);
    else {
      bad.push({ ...line, fields: blamed });
      if (fields.length > 0) good.push({ ...line, fields });
    }
  }
  return [good, bad];
}

/** Two halves: of the lines, or of the fields of a single one. */
export function halves(lines: readonly Line[]): Parts {
  const [first] = lines;
  if (lines.length === 1 && first) {
    const middle = first.fields.length >> 1;
    return [[{ ...first, fields: first.fields.slice(0, middle) }], [{ ...first, fields: first.fields.slice(middle) }]];
  }
  return [lines.slice(0, lines.length >> 1), lines.slice(lines.length >> 1)];
}

function blamed(lines: readonly Line[], blame: Blame, dropped: number): Parts {
  switch (blame.of) {
    case "column":
      return partByColumn(lines, blame.measurement, blame.field);
    case "age": {
      const byAge = lines.toSorted((a, b) => a.at - b.at);
      return [byAge.slice(dropped), byAge.slice(0, dropped)];
    }
    case "series":
      return part(lines, ({ device }) => !device.isStored);
    case "lines":
      return part(lines, (line) => blame.texts.has(textOf(line)));
    case "something":
      return [lines, []];
  }
}

/** Two parts, neither empty, the second one the likely culprits. `lines` holds more than one point. */
export function partition(lines: readonly Line[], blame: Blame, dropped = 0): Parts {
  const parts = blamed(lines, blame, dropped);
  return parts[0].length > 0 && parts[1].length > 0 ? parts : halves(lines);
}
