import { type DeadLetterReason, LinliError, parseTopic } from "@linli/model";
import { sql } from "kysely";
import type { DeadLetter, DeadLetterFilter } from "../archive.ts";
import type { Author } from "../author.ts";
import type { Page, PageRequest } from "../page.ts";
import type { Connection } from "./connection.ts";
import { afterNumber, pageOf } from "./cursor.ts";
import type { DeadLetterRow } from "./tables.ts";
import { audit, tell } from "./trail.ts";

const PUT_LETTER = `insert into dead_letters
    (id, received_at, device_id, principal, topic, reason, field, value, replayed_at, payload)
  values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (id) do nothing`;
const COUNT = `insert into dead_letter_counts (reason, count, bytes) values (?, ?, ?)
  on conflict (reason) do update set count = count + excluded.count, bytes = bytes + excluded.bytes`;
const KEPT = "select coalesce(sum(count), 0) as count, coalesce(sum(bytes), 0) as bytes from dead_letter_counts";
const OLDEST = "select seq, reason, length(payload) as bytes from dead_letters order by seq limit ?";
const DROP = "delete from dead_letters where seq <= ?";
/** Dropped in one transaction; what is still too much goes with the next letters. */
const DROPPED_AT_ONCE = 10_000;

/** How many letters are kept, and how many bytes of payloads. */
export interface LetterBounds {
  readonly most: number;
  readonly mostBytes: number;
}

type Listed = Omit<DeadLetter, "payload">;

function listed(row: Omit<DeadLetterRow, "payload" | "seq">): Listed {
  return {
    id: row.id,
    receivedAt: row.received_at,
    principal: row.principal,
    topic: row.topic,
    reason: row.reason as DeadLetterReason,
    field: row.field,
    value: row.value,
    replayedAt: row.replayed_at,
  };
}

/** Whom it is about: the device of the topic (which a gateway may have sent), else the sender. */
function deviceIdOf({ topic, principal }: DeadLetter): string {
  const parsed = parseTopic(topic);
  return parsed !== undefined && "deviceId" in parsed ? parsed.deviceId : principal;
}

function addToCounts(
  connection: Connection,
  letters: Iterable<{ readonly reason: string; readonly bytes: number }>,
  sign: 1 | -1,
): void {
  const sums = new Map<string, { count: number; bytes: number }>();
  for (const { reason, bytes } of letters) {
    const sum = sums.get(reason) ?? { count: 0, bytes: 0 };
    sums.set(reason, { count: sum.count + sign, bytes: sum.bytes + sign * bytes });
  }
  for (const [reason, { count, bytes }] of sums) connection.statement(COUNT).run(reason, count, bytes);
}

/** Drops the oldest until the rest is within its bounds; returns how many went. */
function dropBeyond(connection: Connection, { most, mostBytes }: LetterBounds): number {
  const kept = connection.statement(KEPT).get() as { count: number; bytes: number };
  const dropped: { seq: number; reason: string; bytes: number }[] = [];
  if (kept.count <= most && kept.bytes <= mostBytes) return 0;
  for (const row of connection.statement(OLDEST).iterate(DROPPED_AT_ONCE)) {
    const oldest = row as unknown as (typeof dropped)[number];
    dropped.push(oldest);
    kept.count -= 1;
    kept.bytes -= oldest.bytes;
    if (kept.count <= most && kept.bytes <= mostBytes) break;
  }
  connection.statement(DROP).run(dropped.at(-1)?.seq ?? 0);
  addToCounts(connection, dropped, -1);
  return dropped.length;
}

export function letterCounts(connection: Connection): Partial<Record<DeadLetterReason, number>> {
  const rows = connection.all(connection.query.selectFrom("dead_letter_counts").selectAll().where("count", ">", 0));
  return Object.fromEntries(rows.map((row) => [row.reason, row.count]));
}

export function letterCount(connection: Connection): number {
  return Object.values(letterCounts(connection)).reduce((sum, count) => sum + count, 0);
}

/** Returns how many of the oldest were dropped to stay within the bounds. */
export function putLetters(connection: Connection, letters: readonly DeadLetter[], bounds: LetterBounds): number {
  const put = connection.statement(PUT_LETTER);
  const added = letters.filter((letter) => {
    const { id, receivedAt, principal, topic, reason, field, value, replayedAt, payload } = letter;
    const deviceId = deviceIdOf(letter);
    const { changes } = put.run(id, receivedAt, deviceId, principal, topic, reason, field, value, replayedAt, payload);
    return changes === 1;
  });
  const newest = added.at(-1);
  if (newest === undefined) return 0;
  addToCounts(
    connection,
    added.map(({ reason, payload }) => ({ reason, bytes: payload.byteLength })),
    1,
  );
  tell(connection, { topic: "dead-letter", id: "", at: newest.receivedAt, data: { added: added.length } });
  return dropBeyond(connection, bounds);
}

function matching(connection: Connection, filter: DeadLetterFilter) {
  let query = connection.query.selectFrom("dead_letters");
  if (filter.reason !== undefined) query = query.where("reason", "=", filter.reason);
  if (filter.deviceId !== undefined) query = query.where("device_id", "=", filter.deviceId);
  if (filter.from !== undefined) query = query.where("received_at", ">=", filter.from);
  if (filter.to !== undefined) query = query.where("received_at", "<", filter.to);
  if (filter.replayed !== undefined) query = query.where("replayed_at", filter.replayed ? "is not" : "is", null);
  if (filter.search !== undefined && filter.search !== "") {
    const pattern = `%${filter.search.replaceAll(/[\\%_]/g, "\\$&")}%`;
    const text = sql`topic || char(10) || principal || char(10) || field || char(10) || value`;
    query = query.where(sql<boolean>`lower(${text}) like lower(${pattern}) escape '\\'`);
  }
  return query;
}

/** Newest first. Without a filter the total is counted already. */
export function listLetters(connection: Connection, filter: DeadLetterFilter, page: PageRequest): Page<Listed> {
  const chosen = matching(connection, filter);
  const all = Object.values(filter).every((value) => value === undefined);
  const counted = () => connection.first(chosen.select(({ fn }) => fn.countAll<number>().as("count")))?.count ?? 0;
  const total = all ? letterCount(connection) : counted();
  const from = page.after === undefined ? chosen : chosen.where("seq", "<", afterNumber(page.after));
  const rows = connection.all(
    from
      .select([
        "seq",
        "id",
        "received_at",
        "device_id",
        "principal",
        "topic",
        "reason",
        "field",
        "value",
        "replayed_at",
      ])
      .orderBy("seq", "desc")
      .limit(page.limit + 1),
  );
  return pageOf(rows, total, { limit: page.limit, key: (row) => [row.seq], item: listed });
}

export function findLetter(connection: Connection, id: string): DeadLetter | undefined {
  const row = connection.first(connection.query.selectFrom("dead_letters").selectAll().where("id", "=", id));
  return row && { ...listed(row), payload: row.payload };
}

export function markReplayed(connection: Connection, ids: readonly string[], author: Author): void {
  const mark = connection.statement("update dead_letters set replayed_at = ? where id = ?");
  for (const id of ids) {
    if (mark.run(author.at, id).changes === 0) throw new LinliError("not-found", `there is no dead letter ${id}`);
    audit(connection, author, { action: "dead-letter.replay", target: id, detail: { replayedAt: author.at } });
  }
  if (ids.length > 0) tell(connection, { topic: "dead-letter", id: "", at: author.at, data: { replayed: ids.length } });
}
