import type { DatabaseSync } from "node:sqlite";
import { FIVE_MINUTES } from "../aggregate-query.ts";
import { MOST_SLOTS, rawKey, SERIES_STEP, SLOT_STEP, SLOTS_A_DAY } from "./layout.ts";

/** Points in one slot before it is cut: some ten megabytes, what a batch can be spread over cheaply. */
const FULL_SLOT = 400_000;
/** A slot is not cut into pieces shorter than this. */
const LEAST_WIDTH_MS = 500;
const SAMPLES = 101;

export interface Slot {
  readonly id: number;
  /** Milliseconds into the day, inclusive. */
  readonly start: number;
}

export const SLOTS_SCHEMA = `
  CREATE TABLE slot (start INTEGER PRIMARY KEY, id INTEGER NOT NULL UNIQUE);
  WITH RECURSIVE base (id) AS (VALUES (0) UNION ALL SELECT id + 1 FROM base WHERE id < ${SLOTS_A_DAY - 1})
    INSERT INTO slot SELECT id * ${FIVE_MINUTES}, id FROM base`;

/**
 * The stretches of a day that raw keys begin with. Five minutes each; when a whole fleet sends every second, a slot of
 * five minutes would be hundreds of megabytes and each point of a batch would write a page of its own. So a slot that
 * fills up is cut where its newest readings are: later ones go to a new slot.
 */
export class Slots {
  #db: DatabaseSync;
  /** By five minutes: its slots in order of time. */
  #byFive: Slot[][] = Array.from({ length: SLOTS_A_DAY }, () => []);
  #written = new Map<number, number>();
  #next = 0;

  constructor(db: DatabaseSync) {
    this.#db = db;
    for (const row of db.prepare("SELECT start, id FROM slot ORDER BY start").all()) {
      const slot = row as unknown as Slot;
      this.#byFive[Math.floor(slot.start / FIVE_MINUTES)]?.push(slot);
      this.#next = Math.max(this.#next, slot.id + 1);
    }
  }

  /** The slots of one five minutes in order of time. */
  of(five: number): readonly Slot[] {
    return this.#byFive[five] ?? [];
  }

  /** The key of a reading `offset` ms into the day. */
  keyOf(series: number, offset: number): number {
    const slots = this.#byFive[Math.floor(offset / FIVE_MINUTES)] as Slot[];
    let last = slots.length - 1;
    while ((slots[last] as Slot).start > offset) last--;
    const slot = slots[last] as Slot;
    return rawKey(slot.id, series, offset - slot.start);
  }

  /** Counts what a batch wrote, and cuts slots that are full; within the batch's transaction. */
  noteWritten(keys: Float64Array): void {
    const bySlot = new Map<number, number>();
    for (const key of keys) {
      const id = Math.floor(key / SLOT_STEP);
      bySlot.set(id, (bySlot.get(id) ?? 0) + 1);
    }
    for (const [id, count] of bySlot) {
      const written = (this.#written.get(id) ?? 0) + count;
      this.#written.set(id, written);
      if (written >= FULL_SLOT) this.#cut(id, keys);
    }
  }

  /** Where the newest tenth of the batch begins, so that few readings move and nearly all that follow go to the new slot. */
  #placeToCut(id: number, keys: Float64Array): number {
    const offsets: number[] = [];
    const stride = Math.max(1, Math.floor(keys.length / SAMPLES));
    for (let index = 0; index < keys.length; index += stride) {
      const key = keys[index] as number;
      if (Math.floor(key / SLOT_STEP) === id) offsets.push(key % SERIES_STEP);
    }
    offsets.sort((a, b) => a - b);
    return offsets[Math.floor(offsets.length * 0.9)] ?? 0;
  }

  #cut(id: number, keys: Float64Array): void {
    this.#written.set(id, 0);
    const row = this.#db.prepare("SELECT start FROM slot WHERE id = ?").get(id);
    const start = Number(row?.start);
    const offset = this.#placeToCut(id, keys);
    const slots = this.#byFive[Math.floor(start / FIVE_MINUTES)] as Slot[];
    const place = slots.findIndex((slot) => slot.id === id);
    const end = slots[place + 1]?.start ?? (Math.floor(start / FIVE_MINUTES) + 1) * FIVE_MINUTES;
    const tooNarrow = offset < LEAST_WIDTH_MS || end - (start + offset) < LEAST_WIDTH_MS;
    if (tooNarrow || this.#next >= MOST_SLOTS) return;
    const slot: Slot = { id: this.#next++, start: start + offset };
    this.#db.prepare("INSERT INTO slot (start, id) VALUES (?, ?)").run(slot.start, slot.id);
    this.#db
      .prepare("UPDATE raw SET k = k + ? WHERE k >= ? AND k < ? AND k % ? >= ?")
      .run(rawKey(slot.id - id, 0, -offset), rawKey(id, 0, 0), rawKey(id + 1, 0, 0), SERIES_STEP, offset);
    slots.splice(place + 1, 0, slot);
  }
}
