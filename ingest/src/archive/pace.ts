import type { Settings } from "@linli/runtime";

/** How the archive deals with its series store: what pays with files of our own does not over a network. */
export interface Pace {
  /** A batch never holds more records, nor more of them once it has so many bytes. */
  readonly mostRecords: number;
  readonly mostBytes: number;
  /** One of so many records leaves at once. */
  readonly enough: number;
  /** A smaller one leaves when so much time has passed since the one before it did. */
  readonly everyMs: number;
  /** The longest pause between two attempts. */
  readonly longestPauseMs: number;
  /** How long one round of roll-ups and retention may take. */
  readonly upkeepMs: number;
}

/** Messages can have a megabyte each, and what is made of them takes a multiple. */
const MOST_BYTES = 4 << 20;
const MOST_RECORDS = 50_000;

/** Each write costs an fsync, whatever its size, and blocks the thread. */
const EMBEDDED: Pace = {
  mostRecords: 4_000,
  mostBytes: MOST_BYTES,
  enough: 1_000,
  everyMs: 25,
  longestPauseMs: 5_000,
  upkeepMs: 20,
};

type PaceSettings = Pick<
  Settings,
  "LINLI_SERIES" | "LINLI_SERIES_BATCH" | "LINLI_SERIES_CONNECTIONS" | "LINLI_SERIES_FLUSH"
>;

export function paceOf(settings: PaceSettings): Pace {
  if (settings.LINLI_SERIES === "sqlite") return EMBEDDED;
  // a full request for each connection; a message is a line or more, and the adapter cuts by lines
  const records = Math.min(settings.LINLI_SERIES_BATCH * settings.LINLI_SERIES_CONNECTIONS, MOST_RECORDS);
  return {
    mostRecords: records,
    mostBytes: MOST_BYTES,
    enough: records,
    everyMs: settings.LINLI_SERIES_FLUSH,
    longestPauseMs: 30_000,
    upkeepMs: 250,
  };
}
