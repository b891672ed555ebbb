import type { RollUp } from "../history.ts";
import type { SeriesOwner, WriteOutcome } from "../port.ts";
import { rollUpRefusal } from "../refusal.ts";
import { prefixOf } from "./line.ts";
import { type RollUpLevel, rollUpMeasurement, SummaryFields } from "./roll-up-columns.ts";
import type { InfluxServer } from "./server.ts";
import { type FieldsLine, type Refused, writeLines } from "./summary-lines.ts";

interface OpenLine extends FieldsLine {
  readonly fields: string[];
  /** The buckets on it, in the batch. */
  readonly indexes: number[];
}

/** Roll-ups of another store on their way into this one; a line for each owner and bucket. */
class RollUpLines {
  readonly #prefixes = new Map<SeriesOwner, string>();
  readonly #fields = new Map<string, SummaryFields>();
  readonly #lines: Readonly<Record<RollUpLevel, Map<string, OpenLine>>> = { "5m": new Map(), "1h": new Map() };

  add({ owner, point, level, start, summary }: RollUp, index: number): void {
    const prefix = this.#prefixOf(owner, level);
    const key = `${prefix} ${start}`;
    const line = this.#lines[level].get(key) ?? { prefix, fields: [], at: start, indexes: [] };
    this.#lines[level].set(key, line);
    line.indexes.push(index);
    line.fields.push(this.#fieldsOf(owner.kind, point).text(summary, true));
  }

  of(level: RollUpLevel): OpenLine[] {
    return [...this.#lines[level].values()];
  }

  #prefixOf(owner: SeriesOwner, level: RollUpLevel): string {
    const tags = this.#prefixes.get(owner) ?? tagsOf(owner);
    this.#prefixes.set(owner, tags);
    return escapedMeasurement(owner.kind, level) + tags;
  }

  #fieldsOf(kind: string, point: string): SummaryFields {
    const key = `${kind}\u0000${point}`;
    const known = this.#fields.get(key) ?? new SummaryFields(kind, point);
    this.#fields.set(key, known);
    return known;
  }
}

function escapedMeasurement(kind: string, level: RollUpLevel): string {
  return rollUpMeasurement(kind, level).replace(/[, ]/g, "\\$&");
}

/** The tags as a raw line has them: with the comma that ends the measurement. */
function tagsOf(owner: SeriesOwner): string {
  const kind = "k";
  return prefixOf({ ...owner, kind }).slice(kind.length);
}

/** Stores buckets in the place of what was there; those at `rawFrom` and after it are refused. */
export async function writeMovedRollUps(
  server: InfluxServer,
  batch: readonly RollUp[],
  rawFrom: number,
): Promise<WriteOutcome> {
  const lines = new RollUpLines();
  const rejected = new Map<number, string>();
  for (const [index, rollUp] of batch.entries()) {
    const reason = rollUpRefusal(rollUp, rawFrom);
    if (reason === undefined) lines.add(rollUp, index);
    else rejected.set(index, reason);
  }
  for (const level of ["5m", "1h"] as const) {
    const open = lines.of(level);
    const byText = new Map(open.map((line) => [`${line.prefix} ${line.at}`, line]));
    const refused: Refused = ({ text, reason }) => {
      // one fact that the server does not take makes the whole bucket incomplete
      const [, prefix = "", at = ""] = /^(.*?[^\\]) .* (\d+)\n$/s.exec(text) ?? [];
      for (const index of byText.get(`${prefix} ${at}`)?.indexes ?? []) rejected.set(index, reason);
    };
    await writeLines(server, level, open, { refused });
  }
  const all = [...rejected].map(([index, reason]) => ({ index, reason }));
  return {
    accepted: batch.length - all.length,
    conflicts: 0,
    rejected: all.toSorted((a, b) => a.index - b.index),
  };
}
