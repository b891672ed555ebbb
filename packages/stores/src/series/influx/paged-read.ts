import { type Row, rowsOf, type Stretch } from "./queries.ts";
import type { InfluxServer, Level } from "./server.ts";

/** Rows that one answer may have, all statements together: some MB. */
const ROWS_AN_ANSWER = 40_000;
const LEAST_PAGE = 200;
const STATEMENTS_A_REQUEST = 40;

/** One question, answered page by page in order of time. */
export interface PagedRead extends Stretch {
  readonly level: Level;
  /** As many rows as are of use at most; more may come. */
  readonly limit: number;
  statement(part: Stretch, limit: number): string;
  /** Takes whole moments; false = that was enough. */
  take(rows: readonly Row[]): boolean;
}

interface Open {
  readonly read: PagedRead;
  from: number;
  limit: number;
}

/** The rows whose moment is surely complete, and where to go on. A moment may have a row for each place a device was in. */
function wholeMoments(rows: readonly Row[], limit: number): { readonly rows: readonly Row[]; readonly next?: number } {
  if (rows.length < limit) return { rows };
  const last = Number(rows.at(-1)?.[0]);
  const whole = rows.filter(([at]) => at !== last);
  return whole.length > 0 ? { rows: whole, next: last } : { rows, next: last + 1 };
}

/** Answers questions together, in requests whose answers are bounded. */
export async function readPaged(server: InfluxServer, reads: readonly PagedRead[]): Promise<void> {
  let open: Open[] = reads.filter(({ from, to }) => from < to).map((read) => ({ read, from: read.from, limit: 0 }));
  while (open.length > 0) {
    const level = open[0]?.read.level as Level;
    const together = open.filter(({ read }) => read.level === level).slice(0, STATEMENTS_A_REQUEST);
    const page = Math.max(LEAST_PAGE, Math.floor(ROWS_AN_ANSWER / together.length));
    const statements = together.map((one) => {
      // one more than is wanted: the last moment of a full page is read again
      one.limit = Math.min(page, one.read.limit + 1);
      return one.read.statement({ from: one.from, to: one.read.to }, one.limit);
    });
    const answers = await server.query(level, statements.join("; "));
    const done = new Set(
      together.filter((one, index) => {
        const { rows, next } = wholeMoments(rowsOf(answers[index]), one.limit);
        if (!one.read.take(rows) || next === undefined || next >= one.read.to) return true;
        one.from = next;
        return false;
      }),
    );
    open = open.filter((one) => !done.has(one));
  }
}
