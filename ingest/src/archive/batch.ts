import type { DeviceEvent } from "@linli/model";
import type { DeadLetter, JournalRecord, RegistryView, SeriesPoint, WriteOutcome } from "@linli/stores";
import { type Interpretation, type InterpretContext, interpret } from "../interpret/index.ts";
import { shortText } from "../interpret/short-text.ts";
import { isInternal } from "../watch/closing.ts";

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

export function emptyBatch(): Batch {
  return { points: [], origins: [], events: [], deadLetters: [] };
}

/**
 * Interprets a run of records into a batch. `refresh` is called, once at most, before a device is declared unknown: it
 * may have been created a moment ago.
 */
export async function interpretInto(
  batch: Batch,
  records: readonly JournalRecord[],
  context: InterpretContext & { readonly registry: Registry },
  refresh: () => Promise<void>,
): Promise<void> {
  let fresh = false;
  for (const record of records) {
    if ((record.kind !== "publish" && record.kind !== "push") || isInternal(record)) continue;
    let found = interpret(record, context);
    if (found.unknownDevice && !fresh) {
      await refresh();
      fresh = true;
      found = interpret(record, context);
    }
    collect(batch, record, found, context.registry);
  }
}

/** Bytes up to here go with each letter of a message; of a larger one, with the first letter only. */
const MAX_REPEATED_BYTES = 16_384;
const NO_BYTES = new Uint8Array();

/** The points that the series store refused for good, as dead letters: they never take a neighbour with them. */
export function rejectedLetters(batch: Batch, rejected: WriteOutcome["rejected"]): DeadLetter[] {
  const copies = new Map<JournalRecord, Uint8Array>();
  return rejected.flatMap(({ index, reason }) => {
    const point = batch.points[index];
    const record = batch.origins[index];
    if (point === undefined || record === undefined) return [];
    const copy = copies.get(record);
    const payload = copy ?? Uint8Array.from(record.payload);
    if (copy === undefined) copies.set(record, payload.length > MAX_REPEATED_BYTES ? NO_BYTES : payload);
    return {
      id: `${record.position}:${point.point}@${point.at}`,
      receivedAt: record.receivedAt,
      principal: record.principal,
      topic: record.topic,
      reason: "series-rejected" as const,
      field: point.point,
      value: shortText(`${String(point.value)}: ${reason}`),
      payload,
      replayedAt: null,
    };
  });
}
