/** Keyset paging: `after` is the `next` of the page before. */
export interface PageRequest {
  readonly limit: number;
  readonly after?: string;
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | null;
  /** All that match, over all pages; of alerts, incidents and the ledger counted to `COUNTED_TO`. */
  readonly total: number;
}

/** More than this are "this many, or more": counting years of alerts exactly would take longer than reading a page. */
export const COUNTED_TO = 1_000;
