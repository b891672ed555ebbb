/**
 * The closed list of error codes. A code says what the caller can do about it; the message says what happened,
 * with the field and the value. Mapped to HTTP in one place (`api`), to exit codes in one place (`cli`).
 */
export const ERROR_CODES = [
  "invalid", // the input does not match its schema or a rule of the domain
  "unauthenticated", // nobody, or a credential that is not (or no longer) valid
  "forbidden", // somebody, but without the right at that place
  "not-found",
  "conflict", // exists already, was changed meanwhile, or is in use
  "too-large",
  "rate-limited",
  "unavailable", // a part of ours, the disk or a server is not there now: try again
  "corrupt", // stored bytes that are not what was written
  "internal", // our bug
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

/** One thing wrong with an input: where, what was given, why it cannot be used. */
export interface Problem {
  /** Path of the field, dotted; for a file `line 12, column "token"`. Empty when the whole input is meant. */
  readonly field: string;
  /** The offending value as it was given, shortened to 200 characters; absent for secrets. */
  readonly value?: unknown;
  readonly message: string;
}

interface LinliErrorOptions {
  readonly problems?: readonly Problem[];
  readonly cause?: unknown;
  readonly retryAfterMs?: number | undefined;
}

/** An expected failure: their input, or a part that is not there. A bug of ours is any other `Error`. */
export class LinliError extends Error {
  readonly code: ErrorCode;
  readonly problems: readonly Problem[];
  /** The other side asked not to be tried again before so many ms have passed. */
  readonly retryAfterMs: number | undefined;

  constructor(code: ErrorCode, message: string, options: LinliErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "LinliError";
    this.code = code;
    this.problems = options.problems ?? [];
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** Narrows an unknown failure to one of ours, optionally with a given code. */
export function isLinliError(error: unknown, code?: ErrorCode): error is LinliError {
  return error instanceof LinliError && (code === undefined || error.code === code);
}

/** Ends a switch over a domain union: does not compile when a case is missing. */
export function assertNever(value: never): never {
  throw new TypeError(`unhandled case: ${JSON.stringify(value)}`);
}
