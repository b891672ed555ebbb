import { access, constants, mkdir, open, readFile } from "node:fs/promises";
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

const UNUSABLE: Readonly<Record<string, string>> = {
  EACCES: "this user may not write there",
  EPERM: "this user may not write there",
  EROFS: "it is on a file system that is read only",
  ENOTDIR: "a part of the path is a file",
  EEXIST: "a file has that name",
  ENAMETOOLONG: "a part of the path is too long",
  ENOSPC: "the disk is full",
};

/** The system's refusal of a folder as `invalid`; any other failure as it is. */
function asRefusal(dir: string, error: unknown): unknown {
  const why = UNUSABLE[(error as NodeJS.ErrnoException).code ?? ""];
  if (why === undefined) return error;
  const problem = { field: "LINLI_DATA_DIR", value: dir, message: `${why}: name a folder that this user may write` };
  return new LinliError("invalid", "the data folder cannot be used", { problems: [problem], cause: error });
}

/**
 * Makes the data folder, or checks the one that is there. A folder of a newer format is refused untouched (`conflict`),
 * one whose version cannot be read too (`corrupt`), one that cannot be written (`invalid`). True when the folder is new.
 */
export async function openDataDir(dir: string): Promise<boolean> {
  try {
    return await makeOrCheck(dir);
  } catch (error) {
    throw asRefusal(dir, error);
  }
}

async function makeOrCheck(dir: string): Promise<boolean> {
  const file = join(dir, "version");
  const text = await readVersion(file);
  if (text === undefined) {
    await mkdir(dir, { recursive: true, mode: 0o700 });
    await writeVersion(file);
    return true;
  }
  await access(dir, constants.W_OK);
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
