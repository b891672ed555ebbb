/** Keyset paging: `after` is the `next` of the page before. */
export interface PageRequest {
  readonly limit: number;
  readonly after?: string;
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | null;
  /** All that match, over all pages. */
  readonly total: number;
}
