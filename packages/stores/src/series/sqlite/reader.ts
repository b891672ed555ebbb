import { Worker } from "node:worker_threads";
import { LinliError } from "@linli/model";
import type { Bucket, HistoryPage, HistoryQuery, KeptSince, RollUpLevel } from "../history.ts";
import type { AggregateQuery, RangeQuery, Sample, SeriesReader, SeriesResult } from "../port.ts";
import type { ReaderAnswer, ReaderCall } from "./reader.worker.ts";

export interface SqliteSeriesReaderOptions {
  /** The folder of the series files; may be empty or not there yet. */
  readonly dir: string;
  /** Threads that read; started when needed. */
  readonly workers?: number;
  /** Queries that may wait; one more is refused with `unavailable`. */
  readonly mostWaiting?: number;
}

const WORKERS = 2;
const MOST_WAITING = 256;

interface Job {
  readonly call: ReaderCall;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

class SqliteSeriesReader implements SeriesReader {
  readonly #dir: string;
  readonly #most: number;
  readonly #mostWaiting: number;
  #waiting: Job[] = [];
  #idle: Worker[] = [];
  #jobs = new Map<Worker, Job>();
  #closed = false;

  constructor(options: SqliteSeriesReaderOptions) {
    this.#dir = options.dir;
    this.#most = options.workers ?? WORKERS;
    this.#mostWaiting = options.mostWaiting ?? MOST_WAITING;
  }

  range(query: RangeQuery): Promise<SeriesResult> {
    return this.#ask<SeriesResult>({ method: "range", query });
  }

  aggregate(query: AggregateQuery): Promise<SeriesResult> {
    return this.#ask<SeriesResult>({ method: "aggregate", query });
  }

  last(deviceId: string): Promise<Readonly<Record<string, Sample>>> {
    return this.#ask<Record<string, Sample>>({ method: "last", query: deviceId });
  }

  points(deviceId: string): Promise<readonly string[]> {
    return this.#ask<string[]>({ method: "points", query: deviceId });
  }

  devices(): Promise<readonly string[]> {
    return this.#ask<string[]>({ method: "devices" });
  }

  keptSince(): Promise<KeptSince> {
    return this.#ask<KeptSince>({ method: "keptSince" });
  }

  readings(query: HistoryQuery): Promise<HistoryPage<Sample>> {
    return this.#ask<HistoryPage<Sample>>({ method: "readings", query });
  }

  rollUps(level: RollUpLevel, query: HistoryQuery): Promise<HistoryPage<Bucket>> {
    return this.#ask<HistoryPage<Bucket>>({ method: "rollUps", query: { ...query, level } });
  }

  #ask<T>(call: ReaderCall): Promise<T> {
    if (this.#closed) return Promise.reject(new LinliError("unavailable", "the series store is closed"));
    if (this.#waiting.length >= this.#mostWaiting) {
      return Promise.reject(new LinliError("unavailable", `${this.#mostWaiting} queries are waiting already`));
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ call, resolve: resolve as (result: unknown) => void, reject });
      this.#next();
    });
  }

  /** Gives the first that waits to a free worker. */
  #next(): void {
    if (this.#waiting.length === 0) return;
    const worker = this.#idle.pop() ?? (this.#jobs.size < this.#most ? this.#start() : undefined);
    const job = worker && this.#waiting.shift();
    if (worker === undefined || job === undefined) return;
    this.#jobs.set(worker, job);
    worker.ref();
    worker.postMessage(job.call);
  }

  #start(): Worker {
    const worker = new Worker(new URL("./reader.worker.ts", import.meta.url), { workerData: { dir: this.#dir } });
    worker.on("message", (answer: ReaderAnswer) => this.#answered(worker, answer));
    worker.on("error", (error) => this.#ended(worker, error));
    worker.on("exit", () => this.#ended(worker));
    return worker;
  }

  #answered(worker: Worker, answer: ReaderAnswer): void {
    const job = this.#jobs.get(worker);
    this.#jobs.delete(worker);
    // a program that asked its last question may end
    worker.unref();
    this.#idle.push(worker);
    if ("result" in answer) job?.resolve(answer.result);
    else if (answer.code === "internal") job?.reject(new Error(answer.message));
    else job?.reject(new LinliError(answer.code, answer.message));
    this.#next();
  }

  /** Its query fails; the next one starts another worker. */
  #ended(worker: Worker, cause?: unknown): void {
    this.#jobs.get(worker)?.reject(new LinliError("unavailable", "the series reader ended", { cause }));
    this.#jobs.delete(worker);
    this.#idle = this.#idle.filter((other) => other !== worker);
    if (!this.#closed) this.#next();
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const { reject } of this.#waiting.splice(0)) {
      reject(new LinliError("unavailable", "the series store is closed"));
    }
    await Promise.all([...this.#idle, ...this.#jobs.keys()].map((worker) => worker.terminate()));
  }
}

/**
 * Reads the SQLite files of `dir` in worker threads of its own, while a writer writes. Buckets of `aggregate` are aligned
 * to the epoch and hold at least a second; a bucket without a good value is left out. Where only roll-ups are left,
 * buckets are widened to a multiple of theirs.
 */
export async function openSqliteSeriesReader(options: SqliteSeriesReaderOptions): Promise<SeriesReader> {
  return new SqliteSeriesReader(options);
}
