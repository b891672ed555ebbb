import { type Command, LinliError } from "@linli/model";
import type { Author } from "../author.ts";
import type { CommandStore } from "../commands.ts";
import type { Connection } from "./connection.ts";
import { afterNumber, pageOf } from "./cursor.ts";
import { findDevice } from "./device-rows.ts";
import type { CommandRow } from "./tables.ts";
import { audit, tell } from "./trail.ts";

const AT_ONCE = 1_000;
const OPEN: Command["state"][] = ["pending", "sent"];

function commandOf(row: Omit<CommandRow, "seq">): Command {
  return {
    id: row.id,
    deviceId: row.device_id,
    name: row.name,
    args: JSON.parse(row.args) as Command["args"],
    state: row.state as Command["state"],
    createdAt: row.created_at,
    createdBy: row.created_by,
    expiresAt: row.expires_at,
    sentAt: row.sent_at,
    answeredAt: row.answered_at,
    ok: row.ok === null ? null : row.ok === 1,
    detail: row.detail,
  };
}

function find(connection: Connection, id: string) {
  return connection.first(connection.query.selectFrom("commands").selectAll().where("id", "=", id));
}

function tellCommand(connection: Connection, command: Pick<Command, "id" | "deviceId" | "state">, at: number): void {
  const { id, deviceId, state } = command;
  tell(connection, { topic: "command", id, at, data: { deviceId, state } });
}

type NewCommand = Parameters<CommandStore["create"]>[0];

function create(connection: Connection, wanted: NewCommand, author: Author): Command {
  const { id, deviceId, name, args, expiresAt } = wanted;
  const device = findDevice(connection, deviceId);
  if (!device) throw new LinliError("not-found", `there is no device ${deviceId}`);
  if (device.retiredAt !== null) throw new LinliError("conflict", `device ${deviceId} is retired`);
  if (find(connection, id)) throw new LinliError("conflict", `command ${id} exists already`);
  const row: Omit<CommandRow, "seq"> = {
    id,
    device_id: deviceId,
    name,
    args: JSON.stringify(args),
    state: "pending",
    created_at: author.at,
    created_by: author.id,
    expires_at: expiresAt,
    sent_at: null,
    answered_at: null,
    ok: null,
    detail: null,
  };
  connection.run(connection.query.insertInto("commands").values(row));
  const command = commandOf(row);
  tellCommand(connection, command, author.at);
  audit(connection, author, { action: "command.create", target: id, detail: { deviceId, name, args, expiresAt } });
  return command;
}

function undelivered(connection: Connection, now: number, deviceId?: string): Command[] {
  const open = connection.query.selectFrom("commands").selectAll().where("state", "in", OPEN);
  const due = open.where("expires_at", ">", now).orderBy("seq");
  return connection.all(deviceId === undefined ? due : due.where("device_id", "=", deviceId)).map(commandOf);
}

function markSent(connection: Connection, ids: readonly string[], at: number): void {
  for (const id of ids) {
    const open = connection.query.updateTable("commands").set({ state: "sent", sent_at: at }).where("id", "=", id);
    const row = connection.first(open.where("state", "in", OPEN).returning("device_id"));
    if (row) tellCommand(connection, { id, deviceId: row.device_id, state: "sent" }, at);
  }
}

interface Answer {
  readonly id: string;
  readonly deviceId: string;
  readonly ok: boolean;
  readonly detail: string | null;
  readonly at: number;
}

function answer(connection: Connection, { id, deviceId, ok, detail, at }: Answer): boolean {
  const state = ok ? "done" : "failed";
  const open = connection.query
    .updateTable("commands")
    .set({ state, ok: ok ? 1 : 0, detail, answered_at: at })
    .where("id", "=", id)
    .where("device_id", "=", deviceId)
    .where("state", "in", OPEN);
  if (connection.run(open) === 0) return false;
  tellCommand(connection, { id, deviceId, state }, at);
  return true;
}

function cancel(connection: Connection, id: string, author: Author): void {
  const row = find(connection, id);
  if (!row) throw new LinliError("not-found", `there is no command ${id}`);
  if (!OPEN.includes(row.state as Command["state"])) {
    throw new LinliError("conflict", `command ${id} is ${row.state} already`);
  }
  connection.run(connection.query.updateTable("commands").set({ state: "cancelled" }).where("id", "=", id));
  tellCommand(connection, { id, deviceId: row.device_id, state: "cancelled" }, author.at);
  const state = { before: row.state, after: "cancelled" };
  audit(connection, author, { action: "command.cancel", target: id, detail: { deviceId: row.device_id, state } });
}

function expireSome(connection: Connection, now: number): number {
  const { query } = connection;
  const due = query.selectFrom("commands").select("id").where("state", "in", OPEN).where("expires_at", "<=", now);
  const expired = connection.all(
    query
      .updateTable("commands")
      .set({ state: "expired" })
      .where("id", "in", due.limit(AT_ONCE))
      .returning(["id", "device_id"]),
  );
  for (const { id, device_id } of expired) tellCommand(connection, { id, deviceId: device_id, state: "expired" }, now);
  return expired.length;
}

export function createCommands(connection: Connection): CommandStore {
  const { query } = connection;
  return {
    create: (command, author) => connection.write(() => create(connection, command, author)),
    command: (id) =>
      connection.read(() => {
        const row = find(connection, id);
        return row && commandOf(row);
      }),
    list: (deviceId, page) =>
      connection.read(() => {
        const own = query.selectFrom("commands").where("device_id", "=", deviceId);
        const total = connection.first(own.select(({ fn }) => fn.countAll<number>().as("count")))?.count ?? 0;
        const from = page.after === undefined ? own : own.where("seq", "<", afterNumber(page.after));
        const newestFirst = from.selectAll().orderBy("seq", "desc");
        const rows = connection.all(newestFirst.limit(page.limit + 1));
        return pageOf(rows, total, { limit: page.limit, key: (row) => [row.seq], item: commandOf });
      }),
    undelivered: (now, deviceId) => connection.read(() => undelivered(connection, now, deviceId)),
    async markSent(ids, at) {
      for (let start = 0; start < ids.length; start += AT_ONCE) {
        await connection.write(() => markSent(connection, ids.slice(start, start + AT_ONCE), at));
      }
    },
    answer: (id, deviceId, ok, detail, at) =>
      connection.write(() => answer(connection, { id, deviceId, ok, detail, at })),
    cancel: (id, author) => connection.write(() => cancel(connection, id, author)),
    async expire(now) {
      let total = 0;
      for (let some = AT_ONCE; some === AT_ONCE; total += some) {
        some = await connection.write(() => expireSome(connection, now));
      }
      return total;
    },
  };
}
