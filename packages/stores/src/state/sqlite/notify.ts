import type { NotifyCheckpoint, NotifyCommit, NotifyStore } from "../notify.ts";
import { putCare } from "./alert-rows.ts";
import type { Connection } from "./connection.ts";
import { putIncident } from "./incidents.ts";
import { assertEpoch } from "./leases.ts";
import { addEntry } from "./ledger.ts";
import {
  dueMessages,
  forgetSettled,
  markSending,
  nextDueAt,
  postpone,
  queue,
  settle,
  settledAfter,
  waitingByChannel,
  withdraw,
} from "./outbox.ts";

const ROLE = "notify";
const PUT_CASE = `insert into notify_cases (key, state) values (?, ?)
  on conflict (key) do update set state = excluded.state`;
const END_CASE = "delete from notify_cases where key = ?";

function readCheckpoint(connection: Connection): NotifyCheckpoint | undefined {
  const query = connection.query.selectFrom("notify_checkpoint").selectAll().where("role", "=", ROLE);
  const row = connection.first(query);
  if (row === undefined) return undefined;
  const { history_event: event, history_transition: transition, action, delivery, memory } = row;
  return { history: { event, transition }, action, delivery, memory };
}

function putCheckpoint(connection: Connection, { history, action, delivery, memory }: NotifyCheckpoint): void {
  const row = { history_event: history.event, history_transition: history.transition, action, delivery, memory };
  const insert = connection.query.insertInto("notify_checkpoint").values({ role: ROLE, ...row });
  connection.run(insert.onConflict((conflict) => conflict.column("role").doUpdateSet(row)));
}

function commitAll(connection: Connection, commit: NotifyCommit, at: number): void {
  const { checkpoint, cases, cares, incidents, ledger, outbox, withdrawn } = commit;
  for (const [key, state] of cases) {
    if (state === null) connection.statement(END_CASE).run(key);
    else connection.statement(PUT_CASE).run(key, state);
  }
  for (const care of cares) putCare(connection, care, at);
  for (const incident of incidents) putIncident(connection, incident, at);
  for (const message of outbox) queue(connection, message);
  const gone = new Set(withdrawn.filter((key) => withdraw(connection, key)));
  for (const entry of ledger) {
    // one that is being sent stays: its line comes when it is settled
    const stays = entry.verdict === "withdrawn" && entry.messageKey !== null && !gone.has(entry.messageKey);
    if (!stays) addEntry(connection, entry);
  }
  forgetSettled(connection, checkpoint.delivery);
  putCheckpoint(connection, checkpoint);
}

export function createNotify(connection: Connection): NotifyStore {
  const owned = (epoch: number, work: () => void) =>
    connection.write(() => {
      assertEpoch(connection, ROLE, epoch);
      work();
    });
  return {
    load: () =>
      connection.read(() => {
        const cases = connection.all(connection.query.selectFrom("notify_cases").selectAll().orderBy("key"));
        return {
          checkpoint: readCheckpoint(connection),
          cases: cases.map(({ key, state }) => [key, state] as const),
        };
      }),
    commit: (commit, epoch) => owned(epoch, () => commitAll(connection, commit, commit.at)),
    due: (now, limit) => connection.read(() => dueMessages(connection, now, limit)),
    nextDue: () => connection.read(() => nextDueAt(connection)),
    sending: (keys, epoch) => owned(epoch, () => markSending(connection, keys)),
    postpone: (key, dueAt, error, epoch) => owned(epoch, () => postpone(connection, key, dueAt, error)),
    settle: (key, result, epoch) => owned(epoch, () => settle(connection, key, result)),
    settledAfter: (seq, limit) => connection.read(() => settledAfter(connection, seq, limit)),
    waiting: () => connection.read(() => waitingByChannel(connection)),
  };
}
