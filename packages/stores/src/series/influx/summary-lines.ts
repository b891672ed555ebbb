import { LinliError } from "@linli/model";
import type { InfluxServer, Level } from "./server.ts";
import { verdictOf } from "./verdict.ts";

/** A line whose fields can be sent apart. */
export interface FieldsLine {
  /** Measurement and tags, escaped. */
  readonly prefix: string;
  readonly fields: readonly string[];
  /** In the unit of whoever sends it. */
  readonly at: number | bigint;
}

const CHARACTERS_A_REQUEST = 1 << 20;

/** What a server will never take, left out; `reason` in its own words. */
export type Refused = (refused: { readonly level: Level; readonly text: string; readonly reason: string }) => void;

function textOf({ prefix, fields, at }: FieldsLine): string {
  return `${prefix} ${fields.join(",")} ${at}\n`;
}

/**
 * Writes lines of our own making; resolves when they are stored. A column that has another type there, from an older
 * schema, does not take its neighbours with it: what is refused is cut in halves down to the field, which goes to
 * `refused`. Rejects with `unavailable` when they must be given again.
 */
export async function writeLines(
  server: Pick<InfluxServer, "write">,
  level: Level,
  lines: readonly FieldsLine[],
  refused?: Refused,
): Promise<void> {
  let part: FieldsLine[] = [];
  let size = 0;
  for (const line of lines) {
    part.push(line);
    size += line.fields.reduce((sum, field) => sum + field.length, line.prefix.length);
    if (size < CHARACTERS_A_REQUEST) continue;
    await send(server, level, part, refused);
    part = [];
    size = 0;
  }
  if (part.length > 0) await send(server, level, part, refused);
}

async function send(
  server: Pick<InfluxServer, "write">,
  level: Level,
  lines: readonly FieldsLine[],
  refused: Refused | undefined,
): Promise<void> {
  const answer = await server.write(level, lines.map(textOf).join(""));
  const verdict = verdictOf(answer);
  if (verdict.is === "stored") return;
  if (verdict.is === "bad-lines" || verdict.is === "too-large") {
    const halves = halvesOf(lines);
    if (halves !== undefined) {
      for (const half of halves) await send(server, level, half, refused);
      return;
    }
    if (verdict.is === "bad-lines" && refused !== undefined) {
      return refused({ level, text: textOf(lines[0] as FieldsLine), reason: answer.message });
    }
  }
  const advice = verdict.is === "unavailable" ? `: ${verdict.advice}` : "";
  throw new LinliError("unavailable", `roll-ups: InfluxDB answered ${answer.status} ${answer.message}${advice}`, {
    ...(answer.retryAfterMs !== undefined && { retryAfterMs: answer.retryAfterMs }),
  });
}

function halvesOf(lines: readonly FieldsLine[]): readonly (readonly FieldsLine[])[] | undefined {
  if (lines.length > 1) return [lines.slice(0, lines.length >> 1), lines.slice(lines.length >> 1)];
  const [line] = lines;
  if (line === undefined || line.fields.length < 2) return undefined;
  const middle = line.fields.length >> 1;
  return [[{ ...line, fields: line.fields.slice(0, middle) }], [{ ...line, fields: line.fields.slice(middle) }]];
}
