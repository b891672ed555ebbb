import type { ArchiveCommit, ArchiveStore, ArchiveTotals } from "../archive.ts";
import type { Connection } from "./connection.ts";
import {
  findLetter,
  type LetterBounds,
  letterCount,
  letterCounts,
  listLetters,
  markReplayed,
  putLetters,
} from "./dead-letters.ts";
import { listEvents, putEvents, trimEvents } from "./events.ts";
import type { ArchiveTotalsRow } from "./tables.ts";

const ROLE = "archive";
const ITEMS_PER_PART = 1_000;

const NOTHING: ArchiveTotalsRow = {
  role: ROLE,
  position: "",
  sequence: 0,
  written: 0,
  rejected: 0,
  conflicts: 0,
  dead_letters_dropped: 0,
  memory: null,
};

function readTotals(connection: Connection): ArchiveTotalsRow {
  const query = connection.query.selectFrom("archive_totals").selectAll().where("role", "=", ROLE);
  return connection.first(query) ?? NOTHING;
}

function totalsOf(connection: Connection): ArchiveTotals {
  const { position, sequence, written, rejected, conflicts, dead_letters_dropped, memory } = readTotals(connection);
  const deadLetters = letterCount(connection);
  const totals = { position, sequence, written, rejected, conflicts, deadLetters };
  return { ...totals, deadLettersDropped: dead_letters_dropped, ...(memory === null ? {} : { memory }) };
}

function putTotals(connection: Connection, row: ArchiveTotalsRow): void {
  const insert = connection.query.insertInto("archive_totals").values(row);
  connection.run(insert.onConflict((conflict) => conflict.column("role").doUpdateSet(row)));
}

function countDropped(connection: Connection, dropped: number): void {
  if (dropped === 0) return;
  const before = readTotals(connection);
  putTotals(connection, { ...before, dead_letters_dropped: before.dead_letters_dropped + dropped });
}

function moveOn(connection: Connection, { position, sequence, counts, memory }: ArchiveCommit): void {
  const before = readTotals(connection);
  putTotals(connection, {
    ...before,
    position,
    sequence,
    written: before.written + counts.written,
    rejected: before.rejected + counts.rejected,
    conflicts: before.conflicts + counts.conflicts,
    memory: memory ?? before.memory,
  });
}

/**
 * A batch with many events or letters goes in several short transactions: each of them has a stable id, so what a crash
 * makes archive repeat is ignored, and the position moves in the last one.
 */
async function commitBatch(connection: Connection, commit: ArchiveCommit, bounds: LetterBounds): Promise<void> {
  const putPart = (start: number) => {
    const end = start + ITEMS_PER_PART;
    putEvents(connection, commit.events.slice(start, end));
    countDropped(connection, putLetters(connection, commit.deadLetters.slice(start, end), bounds));
  };
  const most = Math.max(commit.events.length, commit.deadLetters.length);
  let start = 0;
  for (; start + ITEMS_PER_PART < most; start += ITEMS_PER_PART) {
    const from = start;
    await connection.write(() => putPart(from));
  }
  await connection.write(() => {
    putPart(start);
    moveOn(connection, commit);
  });
}

export function createArchive(connection: Connection, bounds: LetterBounds): ArchiveStore {
  return {
    totals: () => connection.read(() => totalsOf(connection)),
    commit: (commit) => commitBatch(connection, commit, bounds),
    events: (filter, page) => connection.read(() => listEvents(connection, filter, page)),
    deadLetters: (filter, page) => connection.read(() => listLetters(connection, filter, page)),
    deadLetter: (id) => connection.read(() => findLetter(connection, id)),
    deadLetterCounts: () => connection.read(() => letterCounts(connection)),
    markReplayed: (ids, author) => connection.write(() => markReplayed(connection, ids, author)),
    trimEvents: (before) => trimEvents(connection, before),
  };
}
