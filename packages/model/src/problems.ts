import type { z } from "zod";
import type { Problem } from "./errors.ts";

const MAX_VALUE_LENGTH = 200;

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  let value = input;
  for (const key of path) {
    if (typeof value !== "object" || value === null) return undefined;
    value = (value as Record<PropertyKey, unknown>)[key];
  }
  return value;
}

const SECRET = /password|token|secret/i;

const withoutSecrets = (key: string, value: unknown) => (SECRET.test(key) ? "…" : value);

/** Shortens a value for a message: never more than 200 characters, never a secret-looking field. */
export function shortValue(value: unknown): unknown {
  if (typeof value === "string")
    return value.length > MAX_VALUE_LENGTH ? `${value.slice(0, MAX_VALUE_LENGTH)}…` : value;
  if (typeof value === "object" && value !== null) return shortValue(JSON.stringify(value, withoutSecrets));
  return value;
}

/** Every problem zod found, with its path and the value that stood there. */
export function problemsOf(error: z.ZodError, input: unknown): Problem[] {
  return error.issues.map((issue) => {
    const field = issue.path.map(String).join(".");
    const secret = SECRET.test(field);
    const value = valueAt(input, issue.path);
    const problem: Problem = { field, message: issue.message };
    return secret || value === undefined ? problem : { ...problem, value: shortValue(value) };
  });
}
