import { readFile } from "node:fs/promises";
import { LinliError, type Problem } from "@linli/model";
import { EXIT_USAGE, systemClock } from "@linli/runtime";
import { decodeText, ImportCheck, type ImportResult, RegistryView, type StateStore } from "@linli/stores";
import type { Command } from "commander";
import { type CsvError, parse } from "csv-parse";
import { terminalAuthor, withState } from "../data-folder.ts";
import { print, printJson } from "../output.ts";
import { createProgress } from "../progress.ts";

interface Options {
  readonly dryRun?: boolean;
  readonly partial?: boolean;
  readonly separator: string;
  readonly json?: boolean;
}

async function registryFor(state: StateStore) {
  const view = await RegistryView.load(state);
  const places = await state.registry.places();
  const taken = new Set((await state.registry.allDevices()).map(({ id }) => id));
  return {
    places: () => places,
    device: (id: string) => view.device(id),
    isTaken: (id: string) => taken.has(id),
    isTokenTaken: (hash: Uint8Array) => view.credentialByHash(hash) !== undefined,
  };
}

async function checkFile(file: string, separator: string, state: StateStore): Promise<ImportResult> {
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw new LinliError("not-found", `${file} cannot be read`, { cause });
  });
  const text = decodeText(bytes);
  const registry = await registryFor(state);
  const progress = createProgress("check, characters", text.length, systemClock);
  const unreadable: { line: number; message: string }[] = [];
  const parser = parse(text, {
    delimiter: separator,
    bom: true,
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    trim: true,
    on_skip: (error: CsvError | undefined) => {
      unreadable.push({ line: Number(error?.lines ?? 0), message: error?.message ?? "cannot be read" });
      return undefined;
    },
  });
  let check: ImportCheck | undefined;
  for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: { lines: number } }>) {
    if (check) check.row({ line: info.lines, cells: record });
    else check = new ImportCheck(record, registry);
    progress.update(Number(parser.info.bytes));
  }
  progress.finish(text.length);
  if (!check) throw new LinliError("invalid", `${file} is empty: the first line names the columns`);
  for (const { line, message } of unreadable) check.unreadable(line, message);
  return check.finish();
}

function say({ field, value, message }: Problem): string {
  return `  ${field}${value === undefined ? "" : ` = ${JSON.stringify(value)}`}: ${message}`;
}

function run(file: string, options: Options): Promise<void> {
  return withState(async (state) => {
    const { batch, lines, problems, problemCount } = await checkFile(file, options.separator, state);
    const write = !options.dryRun && (problemCount === 0 || options.partial === true);
    if (write) await state.registry.importBatch(batch, terminalAuthor());
    if (problemCount > 0) process.exitCode = EXIT_USAGE;
    if (options.json) {
      return printJson({ written: write, lines, good: batch.devices.length, problems, problemCount });
    }
    for (const problem of problems) print(say(problem));
    print(`${lines} lines, ${batch.devices.length} good, ${problemCount} problems`);
    if (write) print(`${batch.devices.length} devices registered`);
    else
      print(options.dryRun ? "a dry run: nothing was written" : "nothing was written; --partial takes the good lines");
  });
}

/** `linli import FILE`: registers devices from CSV, the same check as the API's. */
export function addImport(program: Command): void {
  program
    .command("import")
    .description("register many devices from a CSV file (columns: docs/api.md), all or nothing")
    .argument("<file>")
    .option("--dry-run", "check only; report every problem by line and column")
    .option("--partial", "register the good lines even when there are bad ones")
    .option("--separator <text>", "between the cells of a line", ",")
    .option("--json", "print the report as JSON")
    .action(run);
}
