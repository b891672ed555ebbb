import { LinliError } from "@linli/model";
import {
  type JournalEntry,
  type JournalHealth,
  type JournalReader,
  type JournalRecord,
  type JournalWriter,
  type Position,
  type ReadResult,
  START,
} from "./port.ts";
import { placeOf, positionOf } from "./position.ts";

export interface MemoryJournal {
  readonly writer: MemoryJournalWriter;
  /** Any number of them, each at its own position. */
  reader(): JournalReader;
}

export interface MemoryJournalWriter extends JournalWriter {
  /** As when the disk is full: appends fail with `unavailable` until `unblock`. */
  block(reason: string): void;
  unblock(): void;
}

const SEGMENT = 1;

/** The journal's contract in memory: durable as soon as the present turn of the event loop is over, gone with the process. */
export function createMemoryJournal(): MemoryJournal {
  const entries: JournalRecord[] = [];
  const grown = new Set<() => void>();
  let trimmed = 0;
  let sequence = 0;
  let bytes = 0;
  let newest = 0;
  let waiting: { entry: JournalEntry; done: (error: Error | null) => void }[] = [];
  let flushed: (() => void)[] = [];
  let scheduled = false;
  let blocked: string | undefined;
  let closed = false;

  function settle(): void {
    scheduled = false;
    const group = waiting;
    const flushes = flushed;
    waiting = [];
    flushed = [];
    const failure = refusal();
    for (const { entry, done } of group) {
      if (failure === null) {
        entries.push({ ...entry, sequence, position: positionOf(SEGMENT, sequence) });
        sequence++;
        bytes += sizeOf(entry);
        newest = entry.receivedAt;
      }
      done(failure);
    }
    for (const call of [...flushes, ...grown]) call();
  }

  function schedule(): void {
    if (scheduled) return;
    scheduled = true;
    setImmediate(settle);
  }

  function refusal(): LinliError | null {
    if (blocked !== undefined) return new LinliError("unavailable", `the journal cannot be written: ${blocked}`);
    return null;
  }

  const writer: MemoryJournalWriter = {
    append(entry, done) {
      const failure = closed ? new LinliError("unavailable", "the journal is closed") : refusal();
      if (failure !== null) return void setImmediate(() => done(failure));
      waiting.push({ entry: { ...entry, payload: Uint8Array.from(entry.payload) }, done });
      schedule();
    },
    flush() {
      return new Promise((resolve) => {
        flushed.push(resolve);
        schedule();
      });
    },
    health(): JournalHealth {
      return {
        writable: blocked === undefined,
        ...(blocked === undefined ? {} : { reason: blocked }),
        appended: sequence,
        bytes,
        newest,
        pendingBytes: waiting.reduce((sum, { entry }) => sum + sizeOf(entry), 0),
      };
    },
    async trim(before) {
      const until = placeOf(before).offset;
      const gone = entries.findIndex((record) => record.sequence >= until);
      const count = gone < 0 ? entries.length : gone;
      entries.splice(0, count);
      trimmed += count;
    },
    async close() {
      await writer.flush();
      closed = true;
    },
    block(reason) {
      blocked = reason;
    },
    unblock() {
      blocked = undefined;
    },
  };

  function reader(): JournalReader {
    const closing = new AbortController();
    const after = (from: Position) => Math.max(0, placeOf(from).offset - trimmed);
    const now = (from: Position, maxRecords: number, maxBytes: number): ReadResult => {
      let bytes = 0;
      const records = entries.slice(after(from), after(from) + maxRecords).filter((record) => {
        const room = bytes < maxBytes;
        bytes += sizeOf(record);
        return room;
      });
      const last = records.at(-1);
      return { records, next: last === undefined ? from : positionOf(SEGMENT, last.sequence + 1), quarantined: [] };
    };
    return {
      async read(from, { maxRecords, maxBytes = Number.POSITIVE_INFINITY, waitMs, signal }) {
        const result = now(from, maxRecords, maxBytes);
        const stops = [closing.signal, ...(signal === undefined ? [] : [signal])];
        if (result.records.length > 0 || waitMs <= 0 || stops.some((stop) => stop.aborted)) return result;
        await nextGrowth(grown, waitMs, AbortSignal.any(stops));
        return now(from, maxRecords, maxBytes);
      },
      async end() {
        return { position: sequence === 0 ? START : positionOf(SEGMENT, sequence), sequence };
      },
      async bytesAfter(from) {
        return entries.slice(after(from)).reduce((sum, record) => sum + sizeOf(record), 0);
      },
      async close() {
        closing.abort();
      },
    };
  }

  return { writer, reader };
}

function nextGrowth(grown: Set<() => void>, waitMs: number, stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      grown.delete(done);
      stop.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, waitMs);
    grown.add(done);
    stop.addEventListener("abort", done, { once: true });
  });
}

function sizeOf(entry: JournalEntry): number {
  return entry.principal.length + entry.topic.length + entry.payload.length;
}
