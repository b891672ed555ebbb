import type { Page, PageRequest } from "@linli/stores";

const SCAN_PAGE = 500;
/** Most pages read for one answer: what is left is found by the next request. */
const MOST_PAGES = 40;

/**
 * A page of what matches beyond what the store can filter by, found by reading on. It may hold fewer than asked for while
 * `next` is not null. The total is not counted. `next` is the key after the last item read, so no item is left out:
 * single items are read when a page fills in the middle.
 */
export async function scanPage<T>(
  read: (request: PageRequest) => Promise<Page<T>>,
  matches: (item: T) => boolean,
  request: PageRequest,
): Promise<{ items: T[]; next: string | null; total: null }> {
  const items: T[] = [];
  let after = request.after;
  for (let pages = 0; pages < MOST_PAGES; pages += 1) {
    const missing = request.limit - items.length;
    // never more than can be given, so that the page's own `next` is where to go on
    const page = await read({ limit: Math.min(SCAN_PAGE, missing), ...(after !== undefined && { after }) });
    items.push(...page.items.filter(matches));
    if (page.next === null) return { items, next: null, total: null };
    after = page.next;
    if (items.length === request.limit) break;
  }
  return { items, next: after ?? null, total: null };
}
