import { setImmediate as yieldToOthers } from "node:timers/promises";
import type { RuleMemory, Transition } from "../watch.ts";
import { alertOfTransition, putAlert, putShadow } from "./alert-rows.ts";
import type { Connection } from "./connection.ts";
import { tell } from "./trail.ts";

/** What watch decided and what its rules remember, as far as one short transaction takes it. */
export interface WatchPart {
  readonly rules: readonly RuleMemory[];
  readonly transitions: readonly Transition[];
}

const MEMORIES_PER_PART = 500;
const TRANSITIONS_PER_PART = 300;
const PARTS_PER_TRANSACTION = 10;

const PUT_MEMORY = `insert into rule_memories (device_id, rule_id, state) values (?, ?, ?)
  on conflict (device_id, rule_id) do update set state = excluded.state`;
const FORGET_MEMORY = "delete from rule_memories where device_id = ? and rule_id = ?";
const PUT_TRANSITION = `insert into transitions (key, type, device_id, at, data, alert_id) values (?, ?, ?, ?, ?, ?)
  on conflict (key) do nothing`;
const LAY_ASIDE = "insert into watch_parts (commit_no, part) values (?, ?)";
const NEXT = "select seq, part from watch_parts where commit_no <= ? order by seq limit 1";
const ALL_ENDED = "select part from watch_parts where commit_no <= ? order by seq";
const DONE = "delete from watch_parts where seq = ?";
const DROP_UNFINISHED = "delete from watch_parts where commit_no > ?";

/** In order: what comes later wins. */
export function partsOf({ rules, transitions }: WatchPart): WatchPart[] {
  const parts: WatchPart[] = [];
  for (let start = 0; start < transitions.length; start += TRANSITIONS_PER_PART) {
    parts.push({ rules: [], transitions: transitions.slice(start, start + TRANSITIONS_PER_PART) });
  }
  for (let start = 0; start < rules.length; start += MEMORIES_PER_PART) {
    parts.push({ rules: rules.slice(start, start + MEMORIES_PER_PART), transitions: [] });
  }
  return parts;
}

/** Whether the transaction of the checkpoint itself, of which a share is taken already, has room for it. */
export function fitsBeside(taken: number, { rules, transitions }: WatchPart): boolean {
  return taken + rules.length / MEMORIES_PER_PART + transitions.length / TRANSITIONS_PER_PART <= 1;
}

function recordTransition(connection: Connection, transition: Transition): void {
  const { key, type, deviceId, at, data } = transition;
  if (type === "shadow") {
    putShadow(connection, transition);
    return;
  }
  const alertId = type === "alert" ? alertOfTransition(transition).id : null;
  const put = connection.statement(PUT_TRANSITION);
  const isNew = put.run(key, type, deviceId, at, JSON.stringify(data), alertId).changes === 1;
  if (!isNew) return;
  if (type === "alert") putAlert(connection, transition);
  else tell(connection, { topic: type, id: deviceId, at, data });
}

/** Belongs into a write transaction. */
export function applyPart(connection: Connection, { rules, transitions }: WatchPart): void {
  const put = connection.statement(PUT_MEMORY);
  const forget = connection.statement(FORGET_MEMORY);
  for (const { deviceId, ruleId, state } of rules) {
    if (state === null) forget.run(deviceId, ruleId);
    else put.run(deviceId, ruleId, state);
  }
  for (const transition of transitions) recordTransition(connection, transition);
}

/**
 * The parts of a commit that is too large for one short transaction are laid aside first, under the number of the commit;
 * they count from the moment at which the checkpoint has that number, and are then taken over one by one. Whoever reads
 * in between, or after a crash, takes those of ended commits as if they had been taken over.
 */
export class WatchParts {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async layAside(parts: readonly WatchPart[], number: number, check: () => void): Promise<void> {
    for (let start = 0; start < parts.length; start += PARTS_PER_TRANSACTION) {
      await this.#connection.write(() => {
        check();
        const put = this.#connection.statement(LAY_ASIDE);
        for (const part of parts.slice(start, start + PARTS_PER_TRANSACTION)) put.run(number, JSON.stringify(part));
      });
      await yieldToOthers();
    }
  }

  /** Takes over what the commits up to this number laid aside. */
  async takeOver(ended: number, check: () => void): Promise<void> {
    for (let more = true; more; await yieldToOthers()) {
      more = await this.#connection.write(() => {
        check();
        const row = this.#connection.statement(NEXT).get(ended) as { seq: number; part: string } | undefined;
        if (row === undefined) return false;
        applyPart(this.#connection, JSON.parse(row.part) as WatchPart);
        this.#connection.statement(DONE).run(row.seq);
        return true;
      });
    }
  }

  /** What was laid aside for a commit that never ended. Belongs into a write transaction. */
  dropUnfinished(ended: number): void {
    this.#connection.statement(DROP_UNFINISHED).run(ended);
  }

  /** Every memory, with what is laid aside of ended commits. Belongs into a read transaction. */
  memories(ended: number): RuleMemory[] {
    const { query } = this.#connection;
    const late = new Map<string, RuleMemory>();
    for (const row of this.#connection.statement(ALL_ENDED).all(ended)) {
      const { rules } = JSON.parse(String(row["part"])) as WatchPart;
      for (const memory of rules) late.set(`${memory.deviceId}/${memory.ruleId}`, memory);
    }
    const rows = this.#connection.all(query.selectFrom("rule_memories").select(["device_id", "rule_id", "state"]));
    const stored = rows.map(({ device_id, rule_id, state }) => ({ deviceId: device_id, ruleId: rule_id, state }));
    if (late.size === 0) return stored;
    const others = stored.filter(({ deviceId, ruleId }) => !late.has(`${deviceId}/${ruleId}`));
    return [...others, ...[...late.values()].filter(({ state }) => state !== null)];
  }
}
