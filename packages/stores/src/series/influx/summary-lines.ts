import { LinliError } from "@linli/model";
import { probe } from "./probe.ts";
import type { InfluxServer, Level, Precision, WriteAnswer } from "./server.ts";
import { type Verdict, verdictOf } from "./verdict.ts";

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

export interface LineOptions {
  /** Of the lines' times; ms unless told otherwise. */
  readonly precision?: Precision;
  /** Without it nothing is left out: what is refused is to be given again. */
  readonly refused?: Refused | undefined;
}

/**
 * Writes lines of our own making; resolves when they are stored. A column that has another type there, from an older
 * schema, does not take its neighbours with it: what is refused, in whatever words, is cut in halves down to the field,
 * which goes to `refused`. Rejects with `unavailable` when they must be given again.
 */
export async function writeLines(
  server: Pick<InfluxServer, "write">,
  level: Level,
  lines: readonly FieldsLine[],
  options: LineOptions = {},
): Promise<void> {
  const sending = new Sending(server, level, options);
  let part: FieldsLine[] = [];
  let size = 0;
  for (const line of lines) {
    part.push(line);
    size += line.fields.reduce((sum, field) => sum + field.length, line.prefix.length);
    if (size < CHARACTERS_A_REQUEST) continue;
    await sending.send(part);
    part = [];
    size = 0;
  }
  if (part.length > 0) await sending.send(part);
}

class Sending {
  readonly #server: Pick<InfluxServer, "write">;
  readonly #level: Level;
  readonly #options: LineOptions;
  /** It was seen to take something meanwhile. */
  #isInOrder = false;

  constructor(server: Pick<InfluxServer, "write">, level: Level, options: LineOptions) {
    this.#server = server;
    this.#level = level;
    this.#options = options;
  }

  async send(lines: readonly FieldsLine[]): Promise<void> {
    const { precision, refused } = this.#options;
    const answer = await this.#server.write(this.#level, lines.map(textOf).join(""), precision);
    const verdict = verdictOf(answer);
    if (verdict.is === "stored") return;
    if (verdict.is === "unavailable") throw unavailable(answer, verdict.advice);
    const halves = isWhollyTooOld(verdict, lines) ? undefined : halvesOf(lines);
    if (halves !== undefined) {
      for (const half of halves) await this.send(half);
      return;
    }
    if (refused === undefined) throw unavailable(answer);
    // words that do not blame the line, or blame its age where it may be a clock that is wrong
    if (verdict.is !== "bad-lines" || verdict.blame.of === "age") await this.#assertInOrder(answer);
    for (const line of lines) refused({ level: this.#level, text: textOf(line), reason: answer.message });
  }

  async #assertInOrder(refused: WriteAnswer): Promise<void> {
    if (this.#isInOrder) return;
    const answer = await probe(this.#server, this.#level);
    if (verdictOf(answer).is !== "stored") throw unavailable(refused, "it takes nothing else either");
    this.#isInOrder = true;
  }
}

function isWhollyTooOld(verdict: Verdict, lines: readonly FieldsLine[]): boolean {
  return verdict.is === "bad-lines" && verdict.blame.of === "age" && verdict.dropped === lines.length;
}

function unavailable({ status, message, retryAfterMs }: WriteAnswer, advice?: string): LinliError {
  const todo = advice === undefined ? "" : ` (${advice})`;
  const wait = retryAfterMs === undefined ? {} : { retryAfterMs };
  return new LinliError("unavailable", `InfluxDB answers ${status} ${message}${todo}`, wait);
}

function halvesOf(lines: readonly FieldsLine[]): readonly (readonly FieldsLine[])[] | undefined {
  if (lines.length > 1) return [lines.slice(0, lines.length >> 1), lines.slice(lines.length >> 1)];
  const [line] = lines;
  if (line === undefined || line.fields.length < 2) return undefined;
  const middle = line.fields.length >> 1;
  return [[{ ...line, fields: line.fields.slice(0, middle) }], [{ ...line, fields: line.fields.slice(middle) }]];
}
