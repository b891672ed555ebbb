import { type ErrorCode, LinliError, type ProblemDetails } from "@linli/model";
import { ApiError } from "./api-error.ts";

/** The one mapping of our error codes to HTTP. */
const STATUS: Record<ErrorCode, { readonly status: number; readonly title: string }> = {
  invalid: { status: 400, title: "The input cannot be used" },
  unauthenticated: { status: 401, title: "Not signed in" },
  forbidden: { status: 403, title: "Not allowed" },
  "not-found": { status: 404, title: "Not found" },
  conflict: { status: 409, title: "Conflict" },
  "too-large": { status: 413, title: "Too large" },
  "rate-limited": { status: 429, title: "Too many requests" },
  unavailable: { status: 503, title: "Not available now" },
  corrupt: { status: 500, title: "Stored data is damaged" },
  internal: { status: 500, title: "Internal error" },
};

const CODE_BY_STATUS: Readonly<Record<number, ErrorCode>> = {
  401: "unauthenticated",
  403: "forbidden",
  404: "not-found",
  409: "conflict",
  413: "too-large",
  429: "rate-limited",
  503: "unavailable",
};

export interface ProblemAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: ProblemDetails;
  /** Ours, not theirs: to be logged. */
  readonly ourBug: boolean;
}

function details(code: ErrorCode, status: number, detail: string, instance: string): ProblemDetails {
  return { type: `urn:linli:error:${code}`, title: STATUS[code].title, status, detail, instance, code, problems: [] };
}

function fromLinliError(error: LinliError, instance: string): ProblemAnswer {
  const { status } = STATUS[error.code];
  const extras = error instanceof ApiError ? error.extras : {};
  const retryAfterMs = extras.retryAfterMs ?? (error.code === "unavailable" ? 1_000 : undefined);
  const body = { ...details(error.code, status, error.message, instance), problems: [...error.problems] };
  return {
    status,
    headers: retryAfterMs === undefined ? {} : { "retry-after": String(Math.ceil(retryAfterMs / 1_000)) },
    body: extras.current === undefined ? body : { ...body, current: extras.current },
    ourBug: error.code === "internal" || error.code === "corrupt",
  };
}

/**
 * Turns any failure into problem details: our errors by their code, the framework's refusals (syntax, size, media type,
 * rate, address) by their status; whatever else is a bug of ours, of which nothing is told but the request's id.
 */
export function problemAnswer(error: unknown, instance: string): ProblemAnswer {
  if (error instanceof LinliError) return fromLinliError(error, instance);
  const status = (error as { statusCode?: unknown } | null)?.statusCode;
  if (typeof status === "number" && status >= 400 && status < 500) {
    const code = CODE_BY_STATUS[status] ?? "invalid";
    const body = details(code, status, (error as Error).message, instance);
    return { status, headers: {}, body, ourBug: false };
  }
  const body = details("internal", 500, `something of ours failed; the log has it under ${instance}`, instance);
  return { status: 500, headers: {}, body, ourBug: true };
}
