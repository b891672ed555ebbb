import { LinliError } from "@linli/model";

/** Primary result codes of SQLite (the low byte of an extended code): https://www.sqlite.org/rescode.html */
const BUSY = 5;
const LOCKED = 6;
const READ_ONLY = 8;
const IO_ERROR = 10;
const CORRUPT = 11;
const FULL = 13;
const CANNOT_OPEN = 14;
const NOT_A_DATABASE = 26;

/** 0, which means success to the engine, for what is no error of its own. */
function resultCode(error: unknown): number {
  if (!(error instanceof Error) || !("errcode" in error) || typeof error.errcode !== "number") return 0;
  return error.errcode & 0xff;
}

/** Another connection holds the lock for the moment; the same work may succeed when repeated. */
export function isBusy(error: unknown): boolean {
  const code = resultCode(error);
  return code === BUSY || code === LOCKED;
}

/** What the engine says of the disk or the file, in our words; anything else is passed on as it is. */
export function translated(error: unknown, file: string): unknown {
  switch (resultCode(error)) {
    case BUSY:
    case LOCKED:
      return new LinliError("unavailable", `${file} is busy: another process holds it for too long`, { cause: error });
    case READ_ONLY:
    case IO_ERROR:
    case FULL:
    case CANNOT_OPEN:
      return new LinliError("unavailable", `${file} cannot be used now: ${(error as Error).message}`, { cause: error });
    case CORRUPT:
    case NOT_A_DATABASE:
      return new LinliError("corrupt", `${file} is damaged: ${(error as Error).message}`, { cause: error });
    default:
      return error;
  }
}
