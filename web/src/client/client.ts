import { fillPath, type ProblemDetails, type Route, type RouteInput, type RouteOutput } from "@linli/model";

/** What the server answered instead of what was asked for, in its own words. */
export class ApiProblem extends Error {
  readonly status: number;
  readonly details: ProblemDetails | undefined;

  constructor(status: number, details: ProblemDetails | undefined) {
    super(details?.detail ?? details?.title ?? `HTTP ${status}`);
    this.name = "ApiProblem";
    this.status = status;
    this.details = details;
  }
}

function queryText(query: unknown): string {
  const given = Object.entries((query ?? {}) as Record<string, unknown>).filter(([, value]) => value !== undefined);
  const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return text === "" ? "" : `?${text}`;
}

async function problemOf(answer: Response): Promise<ApiProblem> {
  const details = (await answer.json().catch(() => undefined)) as ProblemDetails | undefined;
  return new ApiProblem(answer.status, details);
}

/**
 * Calls a route of the shared table: what is given and what comes back have the server's own types.
 * Fails with `ApiProblem`, or with a TypeError when the server cannot be reached.
 */
export async function call<R extends Route>(
  route: R,
  input: RouteInput<R>,
  signal?: AbortSignal,
): Promise<RouteOutput<R>> {
  const { params, query, body } = input as { params?: Record<string, unknown>; query?: unknown; body?: unknown };
  const answer = await fetch(fillPath(route.path, params) + queryText(query), {
    method: route.method,
    credentials: "same-origin",
    headers: { accept: "application/json", ...(body !== undefined && { "content-type": "application/json" }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    ...(signal && { signal }),
  });
  if (!answer.ok) throw await problemOf(answer);
  if (answer.status === 204) return undefined as RouteOutput<R>;
  return (await answer.json()) as RouteOutput<R>;
}
