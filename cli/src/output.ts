/** Results go to stdout, progress and problems to stderr, so that a pipe gets results alone. */
export function print(line: string): void {
  if (process.stdout.listenerCount("error", letGo) === 0) process.stdout.on("error", letGo);
  if (process.stdout.writable) process.stdout.write(`${line}\n`);
}

/** Whoever read the output has gone (`| head`): the command ends as it would have, what it began included. */
function letGo(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE") throw error;
}

export function printJson(value: unknown): void {
  print(JSON.stringify(value));
}

/** Rows in aligned columns under their names; `—` for what is not there. */
export function printTable(
  columns: readonly string[],
  rows: readonly (readonly (string | number | null | undefined)[])[],
): void {
  const cells = [
    columns,
    ...rows.map((row) => row.map((cell) => (cell === null || cell === undefined ? "—" : String(cell)))),
  ];
  const widths = columns.map((_, index) => Math.max(...cells.map((row) => row[index]?.length ?? 0)));
  for (const row of cells)
    print(
      row
        .map((cell, index) => cell.padEnd(widths[index] ?? 0))
        .join("  ")
        .trimEnd(),
    );
}
