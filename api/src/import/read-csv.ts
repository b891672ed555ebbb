import { Readable } from "node:stream";
import { setImmediate as nextTurn } from "node:timers/promises";
import { LinliError } from "@linli/model";
import { ImportCheck, type ImportRegistry, type ImportResult } from "@linli/stores";
import { type CsvError, parse } from "csv-parse";

const MOST_LINES = 100_000;
const PIECE = 65_536;
/** Lines checked before others get their turn. */
const LINES_AT_A_TIME = 500;

function* pieces(text: string): Generator<string> {
  for (let at = 0; at < text.length; at += PIECE) yield text.slice(at, at + PIECE);
}

interface Line {
  readonly record: string[];
  readonly info: { readonly lines: number };
}

/** Reads and checks a CSV file of devices in small pieces, so that the process goes on answering meanwhile. */
export async function checkCsv(text: string, registry: ImportRegistry): Promise<ImportResult> {
  let check: ImportCheck | undefined;
  let count = 0;
  const unreadable: { line: number; message: string }[] = [];
  const parser = parse({
    bom: true,
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    max_record_size: 1 << 20,
    on_skip: (error: CsvError | undefined) => {
      unreadable.push({ line: Number(error?.lines ?? 0), message: error?.message ?? "cannot be read" });
      return undefined;
    },
  });
  const source = Readable.from(pieces(text));
  source.pipe(parser);
  for await (const { record, info } of parser as AsyncIterable<Line>) {
    if (!check) {
      check = new ImportCheck(record, registry);
      continue;
    }
    count += 1;
    if (count > MOST_LINES) {
      source.destroy();
      throw new LinliError("too-large", `more than ${MOST_LINES} lines: divide the file`);
    }
    check.row({ line: info.lines, cells: record });
    if (count % LINES_AT_A_TIME === 0) await nextTurn();
  }
  if (!check) throw new LinliError("invalid", "the file has no header line");
  for (const { line, message } of unreadable) check.unreadable(line, message);
  return check.finish();
}
