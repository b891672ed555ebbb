import { isLinliError, LinliError } from "@linli/model";
import type { KeptSince, RollUp } from "../history.ts";
import type { HistoryEntry, SeriesOwner, SeriesPoint, SeriesWriter, WriteOutcome } from "../port.ts";
import { type BatchLines, LineSorter } from "./batch-lines.ts";
import { ColumnsOfKind } from "./columns-of-kind.ts";
import { columnsThere } from "./columns-there.ts";
import { FleetMemory } from "./device-memory.ts";
import { historyLine } from "./history-line.ts";
import { writeMovedRollUps } from "./history-write.ts";
import type { InfluxOptions } from "./options.ts";
import { RollUps } from "./roll-ups.ts";
import { Sender } from "./sender.ts";
import type { InfluxServer } from "./server.ts";
import { type Refused, writeLines } from "./summary-lines.ts";

/** What the writer needs beyond the server itself. */
export interface WriterOptions extends Pick<InfluxOptions, "batchLines" | "connections" | "retention"> {
  /** Creates the databases that are not there, as far as it may; called before the first write and after a loss of them. */
  readonly prepare: () => Promise<void>;
}

/** Writes readings as lines; at most `connections` requests at a time, those of one device one after the other. */
class InfluxSeriesWriter implements SeriesWriter {
  readonly #server: InfluxServer;
  readonly #options: WriterOptions;
  readonly #senders: readonly Sender[];
  readonly #columns = new Map<string, ColumnsOfKind>();
  readonly #sorter: LineSorter;
  readonly #rollUps: RollUps;
  readonly #startedAt = Date.now();
  #isReady = false;
  #before: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(server: InfluxServer, options: WriterOptions) {
    this.#server = server;
    this.#options = options;
    this.#rollUps = new RollUps({ server, retention: options.retention });
    this.#senders = Array.from({ length: options.connections }, () => new Sender(server, options));
    const columnsOf = (kind: string) => this.#columns.get(kind) as ColumnsOfKind;
    this.#sorter = new LineSorter({ fleet: new FleetMemory(), columnsOf, lanes: options.connections });
  }

  write(batch: readonly SeriesPoint[]): Promise<WriteOutcome> {
    return this.#inTurn(() => this.#write(batch));
  }

  async #write(batch: readonly SeriesPoint[]): Promise<WriteOutcome> {
    await this.#getReady();
    await this.#learnColumns(batch);
    const lines = this.#sorter.sort(batch, this.#rollUps.rawFrom);
    const refused = await this.#send(lines);
    const rejected = [...lines.rejected];
    for (const [index, reason] of refused) {
      rejected.push({ index, reason });
      for (const earlier of lines.overwritten.get(index) ?? []) rejected.push({ index: earlier, reason });
    }
    rejected.sort((a, b) => a.index - b.index);
    await this.#noteLate(batch, rejected);
    lines.stored(refused);
    return { accepted: batch.length - rejected.length, conflicts: lines.conflicts, rejected };
  }

  /** Resolves when no lane has anything under way: a lane that goes on while its batch is given again would overtake it. */
  async #send({ lanes }: BatchLines): Promise<ReadonlyMap<number, string>> {
    const refused = new Map<number, string>();
    const reject = (index: number, reason: string) => void refused.set(index, reason);
    const sent = await Promise.allSettled(this.#senders.map((sender, n) => sender.send(lanes[n] ?? [], reject)));
    const failures = sent.flatMap((result) => (result.status === "rejected" ? [result.reason as unknown] : []));
    if (failures.length > 0) throw longest(failures);
    return refused;
  }

  /** After the readings themselves: whoever sees the mark shall see them too. */
  #noteLate(batch: readonly SeriesPoint[], rejected: WriteOutcome["rejected"]): Promise<void> {
    if (rejected.length === 0) return this.#rollUps.late.note(batch);
    const without = new Set(rejected.map(({ index }) => index));
    return this.#rollUps.late.note(batch.filter((_, index) => !without.has(index)));
  }

  async #getReady(): Promise<void> {
    if (this.#isReady) return;
    await this.#options.prepare();
    await this.#rollUps.open();
    this.#isReady = true;
  }

  async #learnColumns(batch: readonly SeriesPoint[]): Promise<void> {
    let before: SeriesOwner | undefined;
    for (const { owner } of batch) {
      if (owner === before) continue;
      before = owner;
      if (this.#columns.has(owner.kind)) continue;
      const there = await columnsThere(this.#server, owner.kind, this.#startedAt);
      this.#columns.set(owner.kind, new ColumnsOfKind(owner.kind, there));
    }
  }

  writeHistory(entries: readonly HistoryEntry[]): Promise<readonly string[]> {
    return this.#guarded(async () => {
      await this.#getReady();
      const reasons: string[] = [];
      const refused: Refused = ({ reason }) => void reasons.push(reason);
      await writeLines(this.#server, "raw", entries.map(historyLine), { precision: "ns", refused });
      return reasons;
    });
  }

  keepSince(since: Partial<KeptSince>): Promise<void> {
    return this.#inTurn(async () => {
      await this.#getReady();
      await this.#rollUps.keepSince(since, Date.now());
    });
  }

  writeRollUps(batch: readonly RollUp[]): Promise<WriteOutcome> {
    return this.#inTurn(async () => {
      await this.#getReady();
      return writeMovedRollUps(this.#server, batch, this.#rollUps.rawFrom);
    });
  }

  async maintain(now: number, budgetMs: number): Promise<boolean> {
    if (this.#closed) return false;
    return this.#guarded(async () => {
      await this.#getReady();
      return this.#rollUps.maintain(now, budgetMs);
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    // ends what is still under way: it will be given again, or done again
    await this.#server.close();
    await this.#before.catch(() => {});
    await this.#rollUps.close();
  }

  /** One after the other, whoever calls. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#before.then(
      () => this.#guarded(work),
      () => this.#guarded(work),
    );
    this.#before = turn;
    return turn;
  }

  async #guarded<T>(work: () => Promise<T>): Promise<T> {
    if (this.#closed) throw new LinliError("unavailable", "the series store is closed");
    try {
      return await work();
    } catch (error) {
      // what we ask is always well formed: a server that finds fault with it is ill
      if (!isLinliError(error, "not-found") && !isLinliError(error, "invalid")) throw error;
      // a database that is gone is made anew before the next try
      this.#isReady = false;
      throw new LinliError("unavailable", error.message, { cause: error });
    }
  }
}

/** Of several failures the one to wait for longest. */
function longest(failures: readonly unknown[]): unknown {
  const waitOf = (error: unknown) => (error instanceof LinliError ? (error.retryAfterMs ?? 0) : Infinity);
  return failures.toSorted((a, b) => waitOf(b) - waitOf(a))[0];
}

export function openInfluxWriter(server: InfluxServer, options: WriterOptions): SeriesWriter {
  return new InfluxSeriesWriter(server, options);
}
