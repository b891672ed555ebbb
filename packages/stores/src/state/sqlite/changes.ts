import type { Change, ChangesStore } from "../changes.ts";
import type { Connection } from "./connection.ts";
import { inRounds } from "./rounds.ts";
import { tell } from "./trail.ts";

const TRIMMED_AT_ONCE = 5_000;

// two questions, each answered by one end of the key; asked as one they would be a scan
const RANGE = `select coalesce((select min(seq) from changes), 0) as oldest,
  coalesce((select max(seq) from changes), 0) as latest`;
const SINCE = "select seq, at, topic, id, data from changes where seq > ? order by seq limit ?";
// a prefix only, and never the newest: what is left always says how far the numbers have come
const KEPT_FROM = `select coalesce((select seq from changes where at >= ? order by seq limit 1),
  (select max(seq) from changes), 0) as seq`;
const TRIM = `delete from changes where seq < ? and seq < (select min(seq) from changes) + ${TRIMMED_AT_ONCE}`;

function range(connection: Connection): { oldest: number; latest: number } {
  return connection.statement(RANGE).get() as { oldest: number; latest: number };
}

export function createChanges(connection: Connection): ChangesStore {
  return {
    latest: () => connection.read(() => range(connection).latest),
    since: (after, limit) =>
      connection.read(() => {
        const { oldest, latest } = range(connection);
        // a number from the future is of another life of this file: a restored backup
        if (after < oldest - 1 || after > latest) return { changes: [], reset: true };
        if (after === latest) return { changes: [], reset: false };
        const rows = connection.statement(SINCE).all(after, limit) as unknown as (Change & { data: string })[];
        return { changes: rows.map((row) => ({ ...row, data: JSON.parse(row.data) as unknown })), reset: false };
      }),
    announce: (topic, id, data, at) => connection.write(() => tell(connection, { topic, id, data, at })),
    async trim(before) {
      const row = await connection.read(() => connection.statement(KEPT_FROM).get(before));
      await inRounds(connection, () => connection.statement(TRIM).run(Number(row?.["seq"])).changes);
    },
  };
}
