import { type Arrangement, type Arrangements, type ArrangementType, LinliError, NO_ARRANGEMENTS } from "@linli/model";
import type { ArrangementStore, ArrangementVersion } from "../arrangements.ts";
import type { Author } from "../author.ts";
import type { ArrangementRow } from "./alert-tables.ts";
import type { Connection } from "./connection.ts";
import { audit, differences, tell } from "./trail.ts";

const FORGET_CONFIG = `update arrangements set value = json_set(value, '$.config', null)
  where type = 'channel' and id = ? and newest = 0 and value is not null`;

function versionOf<T extends ArrangementType>(row: ArrangementRow): ArrangementVersion<T> {
  const value = row.value === null ? null : (JSON.parse(row.value) as Arrangement<T>);
  return { version: row.version, value, changedAt: row.changed_at, changedBy: row.changed_by };
}

function newest(connection: Connection, type: ArrangementType, id: string): ArrangementRow | undefined {
  const own = connection.query.selectFrom("arrangements").selectAll().where("type", "=", type).where("id", "=", id);
  return connection.first(own.where("newest", "=", 1));
}

function allArrangements(connection: Connection): Arrangements {
  const newestOnes = connection.query.selectFrom("arrangements").selectAll().where("newest", "=", 1);
  const stored = connection.all(newestOnes.where("value", "is not", null).orderBy("type").orderBy("id"));
  const byType = Map.groupBy(stored, ({ type }) => type);
  const types = Object.keys(NO_ARRANGEMENTS).map((type) => [
    type,
    (byType.get(type) ?? []).map((row) => versionOf(row).value),
  ]);
  return Object.fromEntries(types) as Arrangements;
}

/** What may be told of a value: a channel's configuration holds secrets. */
function speakable(type: ArrangementType, json: string | null): object {
  const value = (json === null ? {} : JSON.parse(json)) as Record<string, unknown>;
  if (type !== "channel" || value["config"] === undefined) return value;
  return { ...value, config: JSON.stringify(value["config"]) };
}

function changesOf(type: ArrangementType, before: string | null, after: string): object {
  const changed = differences(speakable(type, before), speakable(type, after));
  return type === "channel" && "config" in changed ? { ...changed, config: "changed" } : changed;
}

interface Step {
  readonly type: ArrangementType;
  readonly id: string;
  readonly before: ArrangementRow | undefined;
  /** Null = removed. */
  readonly value: string | null;
}

/** The version after the newest one takes its place. A channel's former configuration, with its secrets, is not kept. */
function addVersion(connection: Connection, { type, id, before, value }: Step, author: Author): number {
  const { query } = connection;
  const version = (before?.version ?? 0) + 1;
  const own = query.updateTable("arrangements").set({ newest: 0 }).where("type", "=", type).where("id", "=", id);
  connection.run(own.where("newest", "=", 1));
  const row = { type, id, version, newest: 1, changed_at: author.at, changed_by: author.id, value };
  connection.run(query.insertInto("arrangements").values(row));
  if (type === "channel") connection.statement(FORGET_CONFIG).run(id);
  const action = value === null ? "remove" : (before?.value ?? null) === null ? "create" : "update";
  tell(connection, { topic: "arrangement", id, at: author.at, data: { type, action, version } });
  const detail = value === null ? { version } : { version, ...changesOf(type, before?.value ?? null, value) };
  audit(connection, author, { action: `${type}.${action}`, target: id, detail });
  return version;
}

interface Put {
  readonly type: ArrangementType;
  readonly value: Arrangement;
  /** The version the edit was made on. */
  readonly after: number;
}

function put(connection: Connection, { type, value, after }: Put, author: Author): number {
  const before = newest(connection, type, value.id);
  const stored = before?.value == null ? 0 : before.version;
  if (stored !== after) {
    throw new LinliError("conflict", `${type} ${value.id} was changed meanwhile: version ${stored}, not ${after}`);
  }
  return addVersion(connection, { type, id: value.id, before, value: JSON.stringify(value) }, author);
}

function remove(connection: Connection, type: ArrangementType, id: string, author: Author): void {
  const before = newest(connection, type, id);
  if (before?.value == null) throw new LinliError("not-found", `there is no ${type} ${id}`);
  addVersion(connection, { type, id, before, value: null }, author);
}

export function createArrangements(connection: Connection): ArrangementStore {
  return {
    all: () => connection.read(() => allArrangements(connection)),
    get: <T extends ArrangementType>(type: T, id: string) =>
      connection.read(() => {
        const row = newest(connection, type, id);
        if (row === undefined) return undefined;
        const { value, ...version } = versionOf<T>(row);
        return value === null ? undefined : { ...version, value };
      }),
    versions: <T extends ArrangementType>(type: T, id: string) =>
      connection.read(() => {
        const own = connection.query.selectFrom("arrangements").selectAll().where("type", "=", type);
        return connection.all(own.where("id", "=", id).orderBy("version", "desc")).map((row) => versionOf<T>(row));
      }),
    put: (type, value, after, author) => connection.write(() => put(connection, { type, value, after }, author)),
    remove: (type, id, author) => connection.write(() => remove(connection, type, id, author)),
  };
}
