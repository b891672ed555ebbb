import type { DeviceEvent } from "@linli/model";
import type { DeadLetter, JournalRecord, RegistryView, SeriesPoint, WriteOutcome } from "@linli/stores";
import { type Interpretation, type InterpretContext, interpret } from "../interpret/index.ts";
import { shortText } from "../interpret/short-text.ts";

/** What a run of journal records comes to. */
export interface Batch {
  readonly points: SeriesPoint[];
  /** The record that each point came from. */
  readonly origins: JournalRecord[];
  readonly events: DeviceEvent[];
  readonly deadLetters: DeadLetter[];
}

type Registry = Pick<RegistryView, "device" | "owner">;

function collect(batch: Batch, record: JournalRecord, found: Interpretation, registry: Registry): void {
  const owner = found.readings.length > 0 ? registry.owner(found.deviceId) : undefined;
  if (owner !== undefined) {
    for (const { point, type, value, observedAt: at, quality } of found.readings) {
      batch.points.push(
        quality === "faulty" ? { owner, point, type, value, at, faulty: true } : { owner, point, type, value, at },
      );
      batch.origins.push(record);
    }
  }
  for (const event of found.events) batch.events.push(event);
  for (const letter of found.deadLetters) batch.deadLetters.push(letter);
}

/**
 * Interprets a run of records. `refresh` is called, once at most, before a device is declared unknown: it may have been
 * created a moment ago.
 */
export async function interpretBatch(
  records: readonly JournalRecord[],
  context: InterpretContext & { readonly registry: Registry },
  refresh: () => Promise<void>,
): Promise<Batch> {
  const batch: Batch = { points: [], origins: [], events: [], deadLetters: [] };
  let fresh = false;
  for (const record of records) {
    if (record.kind !== "publish" && record.kind !== "push") continue;
    let found = interpret(record, context);
    if (found.unknownDevice && !fresh) {
      await refresh();
      fresh = true;
      found = interpret(record, context);
    }
    collect(batch, record, found, context.registry);
  }
  return batch;
}

/** The points that the series store refused for good, as dead letters: they never take a neighbour with them. */
export function rejectedLetters(batch: Batch, rejected: WriteOutcome["rejected"]): DeadLetter[] {
  return rejected.flatMap(({ index, reason }) => {
    const point = batch.points[index];
    const record = batch.origins[index];
    if (point === undefined || record === undefined) return [];
    return {
      id: `${record.position}:${point.point}@${point.at}`,
      receivedAt: record.receivedAt,
      principal: record.principal,
      topic: record.topic,
      reason: "series-rejected" as const,
      field: point.point,
      value: shortText(`${String(point.value)}: ${reason}`),
      payload: Uint8Array.from(record.payload),
      replayedAt: null,
    };
  });
}
