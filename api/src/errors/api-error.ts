import { type ErrorCode, LinliError, type Problem } from "@linli/model";

/** What an answer says beyond code, message and problems. */
export interface ErrorExtras {
  /** Sent as `Retry-After`. */
  readonly retryAfterMs?: number;
  /** On a conflict of versions: what is stored now. */
  readonly current?: unknown;
}

/** A refusal that carries more than its code. */
export class ApiError extends LinliError {
  readonly extras: ErrorExtras;

  constructor(code: ErrorCode, message: string, extras: ErrorExtras & { problems?: readonly Problem[] }) {
    const { problems, ...rest } = extras;
    super(code, message, problems === undefined ? undefined : { problems });
    this.extras = rest;
  }
}

/** One field that cannot be used. */
export function invalidField(field: string, message: string, value?: unknown): LinliError {
  const problem = value === undefined ? { field, message } : { field, value, message };
  return new LinliError("invalid", `${field}: ${message}`, { problems: [problem] });
}
