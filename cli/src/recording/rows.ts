import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { LinliError } from "@linli/model";
import { CsvError, parse } from "csv-parse";

/** One row of a recording: its line in the file and its cells as they stand there, by column. */
export interface Row {
  readonly line: number;
  readonly cells: Readonly<Record<string, unknown>>;
}

export interface FileForm {
  readonly file: string;
  /** Between the cells of a CSV line; ignored for NDJSON. */
  readonly separator: string;
}

async function* csvRows({ file, separator }: FileForm): AsyncGenerator<Row> {
  const parser = createReadStream(file).pipe(
    parse({
      delimiter: separator,
      columns: true,
      bom: true,
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
    }),
  );
  try {
    for await (const { record, info } of parser as AsyncIterable<{
      record: Record<string, string>;
      info: { lines: number };
    }>) {
      yield { line: info.lines, cells: record };
    }
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause;
    throw new LinliError("invalid", `${file} is no CSV: ${cause.message.slice(0, 200)}`, { cause });
  }
}

async function* ndjsonRows({ file }: FileForm): AsyncGenerator<Row> {
  let line = 0;
  for await (const text of createInterface({ input: createReadStream(file) })) {
    line++;
    if (text.trim() === "") continue;
    let cells: unknown;
    try {
      cells = JSON.parse(text);
    } catch (cause) {
      throw new LinliError("invalid", `${file}, line ${line} is no JSON: ${text.slice(0, 80)}`, { cause });
    }
    if (typeof cells !== "object" || cells === null || Array.isArray(cells)) {
      throw new LinliError("invalid", `${file}, line ${line} is no JSON object: ${text.slice(0, 80)}`);
    }
    yield { line, cells: cells as Row["cells"] };
  }
}

/** The rows of a CSV file (with a header line) or of an NDJSON file, told apart by the name's ending. */
export function readRows(form: FileForm): AsyncGenerator<Row> {
  return /\.(ndjson|jsonl)$/i.test(form.file) ? ndjsonRows(form) : csvRows(form);
}
