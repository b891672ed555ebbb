import { formatTopic, LinliError, parseDuration } from "@linli/model";
import { type Clock, sleep } from "@linli/runtime";
import { createProgress } from "../progress.ts";
import type { Publisher } from "./publisher.ts";
import { type FileForm, type Row, readRows } from "./rows.ts";
import { rowTime, shiftToEnd, type TimeSource } from "./timeline.ts";

export interface ReplayOptions {
  readonly form: FileForm;
  readonly deviceId: string;
  /** Point by column. */
  readonly columns: ReadonlyMap<string, string>;
  readonly time: TimeSource;
  /** Keep the recorded times, and send them as back-fill: stored, raising nothing. */
  readonly original: boolean;
  /** Recorded time passes this many times as fast; infinity = as fast as the broker acknowledges. */
  readonly speed: number;
}

export interface ReplayResult {
  readonly rows: number;
  readonly sent: number;
  readonly acknowledged: number;
  readonly firstAt: number | null;
  readonly lastAt: number | null;
}

/** `max`, `original` or a factor such as `60` or `60x`. */
export function parseSpeed(text: string): number {
  if (text === "max") return Number.POSITIVE_INFINITY;
  if (text === "original") return 1;
  const factor = Number(text.replace(/x$/, ""));
  if (factor > 0) return factor;
  throw new LinliError("invalid", "speed cannot be used", {
    problems: [{ field: "--speed", value: text, message: "max, original, or how many times as fast, such as 60" }],
  });
}

/** `column=point,column=point`; a column alone keeps its name. */
export function parseColumns(texts: readonly string[]): Map<string, string> {
  const pairs = texts.flatMap((text) => text.split(",")).filter((text) => text !== "");
  return new Map(
    pairs.map((pair) => {
      const cut = pair.lastIndexOf("=");
      return cut < 0 ? [pair, pair] : [pair.slice(0, cut), pair.slice(cut + 1)];
    }),
  );
}

/** A whole number from 1 on, for `--in-flight`. */
export function parseInFlight(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= 65_535) return count;
  throw new LinliError("invalid", "messages in flight cannot be used", {
    problems: [{ field: "--in-flight", value: text, message: "a whole number from 1 to 65535" }],
  });
}

/** A duration such as `250ms`, for `--interval`. */
export function parseInterval(text: string): number {
  const ms = parseDuration(text);
  if (ms !== undefined && ms > 0) return ms;
  throw new LinliError("invalid", "interval cannot be used", {
    problems: [{ field: "--interval", value: text, message: "a number and ms, s, m, h or d, such as 250ms" }],
  });
}

function valuesOf(row: Row, columns: ReadonlyMap<string, string>): Record<string, unknown> {
  // cells go as they stand: whether "31. Jul" is a number is for the platform to decide, never for the sender to guess
  const cells = [...columns].map(([column, point]) => [point, row.cells[column]] as const);
  return Object.fromEntries(cells.filter(([, cell]) => cell !== undefined && cell !== ""));
}

async function survey(options: ReplayOptions): Promise<{ rows: number; last: number }> {
  let rows = 0;
  let last = Number.NEGATIVE_INFINITY;
  for await (const row of readRows(options.form)) {
    const missing = [...options.columns.keys()].filter((column) => !(column in row.cells));
    if (rows === 0 && missing.length > 0 && options.form.file.toLowerCase().endsWith(".csv")) {
      throw new LinliError("invalid", `${options.form.file} lacks columns`, {
        problems: missing.map((field) => ({
          field,
          message: `no such column; it has ${Object.keys(row.cells).join(", ")}`,
        })),
      });
    }
    last = Math.max(last, rowTime(options.time, row, rows++));
  }
  return { rows, last };
}

/** Publishes a recording as one device's telemetry, one message a row. Reads the file twice: to learn its end, and to send. */
export async function replay(options: ReplayOptions, publisher: Publisher, clock: Clock): Promise<ReplayResult> {
  const { rows, last } = await survey(options);
  if (rows === 0) throw new LinliError("invalid", `${options.form.file} holds no row`);
  const shift = shiftToEnd(last, options.original ? undefined : clock.now());
  const topic = formatTopic({ type: "telemetry", deviceId: options.deviceId });
  const progress = createProgress("replay", rows, clock);
  const began = clock.monotonic();
  let [index, sent] = [0, 0];
  let firstAt: number | null = null;
  let lastAt: number | null = null;
  for await (const row of readRows(options.form)) {
    const ts = rowTime(options.time, row, index++) + shift;
    firstAt ??= ts;
    lastAt = ts;
    const values = valuesOf(row, options.columns);
    if (Object.keys(values).length === 0) continue;
    if (options.speed !== Number.POSITIVE_INFINITY) {
      const dueMs = (ts - firstAt) / options.speed - (clock.monotonic() - began);
      if (dueMs > 0) await sleep(clock, dueMs);
    }
    const message = { ts, values };
    await publisher.publish(topic, JSON.stringify(options.original ? [message] : message));
    sent++;
    progress.update(sent);
  }
  await publisher.drain();
  progress.finish(sent);
  return { rows, sent, acknowledged: publisher.acknowledged, firstAt, lastAt };
}
