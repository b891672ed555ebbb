import { LinliError, type Message } from "@linli/model";
import type { OutboxMessage, QueuedMessage, Settled } from "../notify.ts";
import { findAlert, recordOf, tellAlert } from "./alert-rows.ts";
import type { LedgerRow, OutboxRow } from "./alert-tables.ts";
import type { Connection } from "./connection.ts";
import { addEntry, entryOf } from "./ledger.ts";

const SETTLED_BEFORE = `select exists (select 1 from ledger where message_key = ? and verdict in ('told', 'failed', 'withdrawn'))
  or exists (select 1 from settled where key = ?) as yes`;
const QUEUE = `insert into outbox (key, line, head, urgent, subject, channel_id, address, alert_id, person_id, queued_at,
    attempts, due_at, sending, message)
  select ?, ?, not exists (select 1 from outbox where line = ?), ?, ?, ?, ?, ?, ?, ?, 0, ?, 0, ?
  where not exists (select 1 from outbox where key = ?)`;
const NEXT_OF_LINE = "update outbox set head = 1 where seq = (select min(seq) from outbox where line = ?)";
const DUE = `select * from (
    select *, row_number() over (partition by channel_id order by urgent desc, seq) as place from outbox
    where head = 1 and due_at <= ?)
  where place <= ? order by urgent desc, seq`;
const WAITING = `select channel_id as channelId, count(*) as messages, min(queued_at) as oldest,
    (select last_error from outbox as own where own.channel_id = outbox.channel_id and last_error is not null
      order by seq limit 1) as lastError
  from outbox group by channel_id order by channel_id`;
const SETTLE =
  "insert into settled (key, alert_id, person_id, channel_id, told, detail, at) values (?, ?, ?, ?, ?, ?, ?)";
const FORGET_SETTLED =
  "delete from settled where seq in (select seq from settled where seq <= ? order by seq limit 1000)";
const QUEUED_LINES = "select * from ledger where message_key = ? and verdict = 'queued' order by seq";

function find(connection: Connection, key: string): OutboxRow | undefined {
  return connection.statement("select * from outbox where key = ?").get(key) as OutboxRow | undefined;
}

function messageOf(row: OutboxRow): QueuedMessage {
  return {
    key: row.key,
    subject: row.subject,
    channelId: row.channel_id,
    address: JSON.parse(row.address) as unknown,
    message: JSON.parse(row.message) as Message,
    alertId: row.alert_id,
    personId: row.person_id,
    queuedAt: row.queued_at,
    seq: row.seq,
    attempts: row.attempts,
    dueAt: row.due_at,
    lastError: row.last_error,
  };
}

/** Belongs into a write transaction, like all that changes something. What was queued under its key before, is not again. */
export function queue(connection: Connection, message: OutboxMessage): void {
  const { key, subject, channelId, alertId, personId, queuedAt } = message;
  if (connection.statement(SETTLED_BEFORE).get(key, key)?.["yes"] === 1) return;
  const address = JSON.stringify(message.address);
  const line = JSON.stringify([subject, channelId, address]);
  const { severity, lifeSafety } = message.message;
  const urgent = severity === "critical" || lifeSafety ? 1 : 0;
  const placed = [key, line, line, urgent, subject, channelId, address, alertId, personId, queuedAt, queuedAt] as const;
  connection.statement(QUEUE).run(...placed, JSON.stringify(message.message), key);
}

function leave(connection: Connection, row: OutboxRow): void {
  connection.statement("delete from outbox where key = ?").run(row.key);
  if (row.head === 1) connection.statement(NEXT_OF_LINE).run(row.line);
}

/** True when it waited; false when it is being sent, or is gone. */
export function withdraw(connection: Connection, key: string): boolean {
  const row = find(connection, key);
  if (row === undefined || row.sending === 1) return false;
  leave(connection, row);
  return true;
}

export function dueMessages(connection: Connection, now: number, limit: number): QueuedMessage[] {
  return (connection.statement(DUE).all(now, limit) as unknown as OutboxRow[]).map(messageOf);
}

export function nextDueAt(connection: Connection): number | undefined {
  const row = connection.statement("select min(due_at) as at from outbox where head = 1").get();
  return typeof row?.["at"] === "number" ? row["at"] : undefined;
}

export function markSending(connection: Connection, keys: readonly string[]): void {
  const mark = connection.statement("update outbox set sending = 1 where key = ?");
  for (const key of keys) mark.run(key);
}

export function postpone(connection: Connection, key: string, dueAt: number, error: string): void {
  const later = "update outbox set attempts = attempts + 1, due_at = ?, last_error = ?, sending = 0 where key = ?";
  if (connection.statement(later).run(dueAt, error, key).changes === 1) return;
  throw new LinliError("not-found", `there is no message ${key} in the outbox`);
}

type Result = Pick<Settled, "told" | "detail" | "at">;

/** A line for each alert that the message told of; of one that no line was queued for, the alert it belongs to. */
function recordResult(connection: Connection, row: OutboxRow, { told, detail, at }: Result): void {
  const queued = (connection.statement(QUEUED_LINES).all(row.key) as unknown as LedgerRow[]).map(entryOf);
  const { occasion } = JSON.parse(row.message) as Message;
  const { alert_id: alertId, person_id: personId, channel_id: channelId, key: messageKey } = row;
  const plain = { alertId, incidentId: null, occasion, personId, channelId, reason: "first", messageKey } as const;
  const verdict = told ? "told" : "failed";
  for (const line of queued.length > 0 || alertId === "" ? queued : [plain]) {
    const reason = told ? line.reason : "channel-failed";
    addEntry(connection, { ...line, at, verdict, reason, about: detail });
    const alert = findAlert(connection, line.alertId);
    if (alert) tellAlert(connection, recordOf(alert).alert, verdict, at);
  }
}

/** Nothing for one that was settled already. */
export function settle(connection: Connection, key: string, result: Result): void {
  const row = find(connection, key);
  if (row === undefined) return;
  const { told, detail, at } = result;
  leave(connection, row);
  recordResult(connection, row, result);
  const put = connection.statement(SETTLE);
  put.run(key, row.alert_id, row.person_id, row.channel_id, told ? 1 : 0, detail, at);
}

export function settledAfter(connection: Connection, seq: number, limit: number): Settled[] {
  const later = connection.query.selectFrom("settled").selectAll().where("seq", ">", seq).orderBy("seq").limit(limit);
  return connection.all(later).map((row) => ({
    seq: row.seq,
    key: row.key,
    alertId: row.alert_id,
    personId: row.person_id,
    channelId: row.channel_id,
    told: row.told === 1,
    detail: row.detail,
    at: row.at,
  }));
}

/** Those that the pipeline has taken. */
export function forgetSettled(connection: Connection, taken: number): void {
  connection.statement(FORGET_SETTLED).run(taken);
}

export function waitingByChannel(connection: Connection) {
  const rows = connection.statement(WAITING).all();
  return rows.map(({ channelId, messages, oldest, lastError }) => ({
    channelId: String(channelId),
    messages: Number(messages),
    oldest: Number(oldest),
    lastError: lastError === null ? null : String(lastError),
  }));
}
