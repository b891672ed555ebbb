import { mkdir, open, readFile } from "node:fs/promises";
import { join } from "node:path";
import { LinliError } from "@linli/model";

/** Raised when a release can no longer be undone by starting the one before it on the same folder. */
export const DATA_FORMAT = 1;

async function readVersion(file: string): Promise<string | undefined> {
  try {
    return (await readFile(file, "utf8")).trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

async function writeVersion(file: string): Promise<void> {
  const handle = await open(file, "w");
  await handle.writeFile(`${DATA_FORMAT}\n`);
  await handle.sync();
  await handle.close();
}

/**
 * Makes the data folder, or checks the one that is there. A folder of a newer format is refused untouched (`conflict`),
 * one whose version cannot be read too (`corrupt`). True when the folder is new.
 */
export async function openDataDir(dir: string): Promise<boolean> {
  const file = join(dir, "version");
  const text = await readVersion(file);
  if (text === undefined) {
    await mkdir(dir, { recursive: true, mode: 0o700 });
    await writeVersion(file);
    return true;
  }
  const version = Number(text);
  if (!Number.isInteger(version) || version < 1) {
    throw new LinliError("corrupt", `${file} says ${JSON.stringify(text)}, which is no format version`);
  }
  if (version > DATA_FORMAT) {
    throw new LinliError(
      "conflict",
      `${dir} was written by a newer Linli (format ${version}; this one knows ${DATA_FORMAT}): start that one, or use another LINLI_DATA_DIR`,
    );
  }
  return false;
}
