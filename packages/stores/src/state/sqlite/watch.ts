import { setImmediate as yieldToOthers } from "node:timers/promises";
import type { Connection as ConnectionState, DeviceState } from "@linli/model";
import type { Transition, WatchCheckpoint, WatchCommit, WatchStore } from "../watch.ts";
import type { Connection } from "./connection.ts";
import { assertEpoch } from "./leases.ts";
import { inRounds } from "./rounds.ts";
import type { DeviceStateRow, TransitionRow } from "./tables.ts";
import { applyPart, fitsBeside, partsOf, WatchParts } from "./watch-parts.ts";

const ROLE = "watch";
const STATES_PER_PART = 1_000;
const IDS_PER_QUERY = 500;
const ROWS_PER_TRIM = 1_000;

const PUT_STATE = `insert into device_states
    (device_id, slot, commit_no, connection, connection_since, last_seen_at, points) values (?, ?, ?, ?, ?, ?, ?)
  on conflict (device_id, slot) do update set commit_no = excluded.commit_no, connection = excluded.connection,
    connection_since = excluded.connection_since, last_seen_at = excluded.last_seen_at, points = excluded.points`;
const TRIM = `delete from transitions where seq in
  (select seq from transitions where alert_id is null and at < ? order by at limit ${ROWS_PER_TRIM})`;

function stateOf(row: DeviceStateRow): DeviceState {
  return {
    deviceId: row.device_id,
    connection: row.connection as ConnectionState,
    connectionSince: row.connection_since,
    lastSeenAt: row.last_seen_at,
    points: JSON.parse(row.points) as DeviceState["points"],
  };
}

export function transitionOf(row: Omit<TransitionRow, "seq" | "alert_id">): Transition {
  const data = JSON.parse(row.data) as Transition["data"];
  return { key: row.key, type: row.type as Transition["type"], deviceId: row.device_id, at: row.at, data };
}

function readCheckpoint(connection: Connection) {
  return connection.first(connection.query.selectFrom("watch_checkpoint").selectAll().where("role", "=", ROLE));
}

function checkpointOf(connection: Connection): WatchCheckpoint | undefined {
  const row = readCheckpoint(connection);
  if (!row) return undefined;
  const { position, sequence, time, memory } = row;
  return { position, sequence, time, memory };
}

/** Of both slots the newer one whose commit has ended. */
function readStates(connection: Connection, deviceIds?: readonly string[]): DeviceState[] {
  const ended = readCheckpoint(connection)?.commit_no ?? 0;
  const shown = connection.query.selectFrom("device_states").selectAll().where("commit_no", "<=", ended);
  const chosen = deviceIds === undefined ? shown : shown.where("device_id", "in", deviceIds);
  const rows = new Map<string, DeviceStateRow>();
  for (const row of connection.all(chosen)) {
    const other = rows.get(row.device_id);
    if (other === undefined || other.commit_no < row.commit_no) rows.set(row.device_id, row);
  }
  return Array.from(rows.values(), stateOf);
}

/**
 * Ten thousand states are more than one short transaction takes, and a part of a commit must never be seen: a restart
 * between two parts would replay the journal over states from its future. So each device has two slots. The parts fill
 * the slots that are not shown, numbered with the next commit, and the checkpoint's own number, in the last
 * transaction with the transitions, shows them all at once.
 */
class WatchCommits {
  readonly #connection: Connection;
  readonly #parts: WatchParts;
  /** By device, the slot that is shown; read anew when the epoch changes. */
  #shown = new Map<string, number>();
  #ended = 0;
  #epoch: number | undefined;
  #turn: Promise<void> = Promise.resolve();

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#parts = new WatchParts(connection);
  }

  commit(commit: WatchCommit, epoch: number): Promise<void> {
    const result = this.#turn.then(() => this.#commit(commit, epoch));
    this.#turn = result.catch(() => {
      // parts of it may stand under the number that the next commit takes: begin anew
      this.#epoch = undefined;
    });
    return result;
  }

  async #commit(commit: WatchCommit, epoch: number): Promise<void> {
    const connection = this.#connection;
    const check = () => assertEpoch(connection, ROLE, epoch);
    if (this.#epoch !== epoch) await this.#begin(epoch);
    const number = this.#ended + 1;
    const filled = new Map<string, number>();
    const whole = commit.states.length <= STATES_PER_PART;
    for (let start = 0; !whole && start < commit.states.length; start += STATES_PER_PART) {
      const part = commit.states.slice(start, start + STATES_PER_PART);
      await connection.write(() => this.#fill(part, number, epoch, filled));
      await yieldToOthers();
    }
    const beside = fitsBeside(whole ? commit.states.length / STATES_PER_PART : 0, commit);
    if (!beside) await this.#parts.layAside(partsOf(commit), number, check);
    await connection.write(() => {
      if (whole) this.#fill(commit.states, number, epoch, filled);
      else check();
      if (beside) applyPart(connection, commit);
      putCheckpoint(connection, commit.checkpoint, number);
    });
    this.#ended = number;
    for (const [deviceId, slot] of filled) this.#shown.set(deviceId, slot);
    if (!beside) await this.#parts.takeOver(number, check);
  }

  /** What an earlier owner left: parts of a commit that never ended go, of others they are taken over. */
  async #begin(epoch: number): Promise<void> {
    const connection = this.#connection;
    const check = () => assertEpoch(connection, ROLE, epoch);
    const ended = await connection.write(() => {
      check();
      return this.#learnSlots();
    });
    await this.#parts.takeOver(ended, check);
    this.#ended = ended;
    this.#epoch = epoch;
  }

  #learnSlots(): number {
    const connection = this.#connection;
    const ended = readCheckpoint(connection)?.commit_no ?? 0;
    connection.run(connection.query.deleteFrom("device_states").where("commit_no", ">", ended));
    this.#parts.dropUnfinished(ended);
    const rows = connection.all(
      connection.query.selectFrom("device_states").select(["device_id", "slot"]).orderBy("commit_no"),
    );
    this.#shown = new Map(rows.map((row) => [row.device_id, row.slot]));
    return ended;
  }

  #fill(states: readonly DeviceState[], number: number, epoch: number, filled: Map<string, number>): void {
    assertEpoch(this.#connection, ROLE, epoch);
    const put = this.#connection.statement(PUT_STATE);
    for (const { deviceId, connection, connectionSince, lastSeenAt, points } of states) {
      const slot = this.#shown.get(deviceId) === 0 ? 1 : 0;
      put.run(deviceId, slot, number, connection, connectionSince, lastSeenAt, JSON.stringify(points));
      filled.set(deviceId, slot);
    }
  }
}

function putCheckpoint(connection: Connection, checkpoint: WatchCheckpoint, number: number): void {
  const { position, sequence, time, memory } = checkpoint;
  const row = { position, sequence, time, memory, commit_no: number };
  const insert = connection.query.insertInto("watch_checkpoint").values({ role: ROLE, ...row });
  connection.run(insert.onConflict((conflict) => conflict.column("role").doUpdateSet(row)));
}

export function createWatch(connection: Connection): WatchStore {
  const commits = new WatchCommits(connection);
  const parts = new WatchParts(connection);
  return {
    load: () =>
      connection.read(() => ({
        checkpoint: checkpointOf(connection),
        states: readStates(connection),
        rules: parts.memories(readCheckpoint(connection)?.commit_no ?? 0),
      })),
    checkpoint: () => connection.read(() => checkpointOf(connection)),
    commit: (commit, epoch) => commits.commit(commit, epoch),
    states: (deviceIds) =>
      connection.read(() => {
        if (deviceIds === undefined) return readStates(connection);
        const states: DeviceState[] = [];
        for (let start = 0; start < deviceIds.length; start += IDS_PER_QUERY) {
          states.push(...readStates(connection, deviceIds.slice(start, start + IDS_PER_QUERY)));
        }
        return states;
      }),
    transitions: (deviceId, limit, type) =>
      connection.read(() => {
        const own = connection.query.selectFrom("transitions").selectAll().where("device_id", "=", deviceId);
        const chosen = type === undefined ? own : own.where("type", "=", type);
        return connection.all(chosen.orderBy("seq", "desc").limit(limit)).map(transitionOf);
      }),
    trimTransitions: (before) => inRounds(connection, () => connection.statement(TRIM).run(before).changes),
  };
}
