import { setTimeout as sleep } from "node:timers/promises";
import { MEASUREMENT, type Stack } from "./stack.ts";

interface Series {
  readonly tags?: Readonly<Record<string, string>>;
  readonly values: readonly (readonly (number | string)[])[];
}

/** Runs InfluxQL; times in epoch ms. Nothing while the database or the measurement is not there. */
export async function ask({ influx, database }: Stack, q: string): Promise<readonly Series[]> {
  const answer = await fetch(`${influx.url}/query?${new URLSearchParams({ db: database, epoch: "ms", q }).toString()}`);
  const { results } = (await answer.json()) as { results?: { series?: Series[] }[] };
  return results?.[0]?.series ?? [];
}

/** A span of observation times, epoch ms, that belongs to one measurement alone. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

const within = ({ from, to }: Span) => `time >= ${from}ms AND time < ${to}ms`;

/** The messages of a span that are in the database. */
async function countStored(stack: Stack, span: Span): Promise<number> {
  const [series] = await ask(stack, `SELECT count("${stack.field}") FROM "${MEASUREMENT}" WHERE ${within(span)}`);
  return Number(series?.values[0]?.[1] ?? 0);
}

/** The moments that are stored, by device. */
export async function momentsStored(stack: Stack, span: Span): Promise<ReadonlyMap<string, ReadonlySet<number>>> {
  const series = await ask(
    stack,
    `SELECT "${stack.field}" FROM "${MEASUREMENT}" WHERE ${within(span)} GROUP BY "device"`,
  );
  return new Map(series.map(({ tags, values }) => [tags?.device ?? "", new Set(values.map(([at]) => Number(at)))]));
}

const LOOK_EVERY_MS = 250;
/** What has not moved for so long will not. */
const STUCK_MS = 20_000;

/** Waits until so many messages of the span are stored, or no more come for `stuckMs`; tells how many there are. */
export async function waitForStored(stack: Stack, span: Span, wanted: number, stuckMs = STUCK_MS): Promise<number> {
  let stored = -1;
  let movedAt = performance.now();
  for (;;) {
    const now = await countStored(stack, span);
    if (now >= wanted) return now;
    if (now !== stored) movedAt = performance.now();
    stored = now;
    if (performance.now() - movedAt > stuckMs) return stored;
    await sleep(LOOK_EVERY_MS);
  }
}
