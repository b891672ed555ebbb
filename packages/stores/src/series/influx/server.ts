/** What a server said to a write. Anything but 204 and 200 means: count nothing of it as stored. */
export interface WriteAnswer {
  readonly status: number;
  /** The error as the server words it; empty when there is none. */
  readonly message: string;
  /** The server asked not to be tried again before so many ms. */
  readonly retryAfterMs?: number;
}

/** One series of an InfluxQL result: times in epoch ms. */
export interface QueriedSeries {
  readonly name: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly columns: readonly string[];
  readonly values: readonly (readonly (string | number | boolean | null)[])[];
}

/** What one statement of a query came to. */
export interface QueriedStatement {
  readonly series: readonly QueriedSeries[];
}

/** The three databases (buckets) of a site: raw readings and the two levels of roll-ups. */
export type Level = "raw" | "5m" | "1h";

/** The unit of times on lines. */
export type Precision = "ms" | "ns";

/**
 * One InfluxDB server, whatever its generation: line protocol in, InfluxQL out. Everything that InfluxDB 1, 2 and 3 have
 * in common is written once on top of it.
 */
export interface InfluxServer {
  /**
   * Sends lines (UTF-8, times in ms unless told otherwise) in one request, compressed as configured. Resolves with
   * whatever the server answered; rejects with `unavailable` when there is no complete answer: refused, reset, timed out.
   */
  write(level: Level, lines: string, precision?: Precision): Promise<WriteAnswer>;
  /**
   * Runs InfluxQL statements, separated by `;`, and resolves with one result per statement. Rejects with `unavailable`
   * when the server does not answer or refuses us, `not-found` when the database is not there, `invalid` for what it
   * cannot parse.
   */
  query(level: Level, statements: string): Promise<readonly QueriedStatement[]>;
  close(): Promise<void>;
}
