/**
 * The measurements of what happened. `transition`: decided by the platform; tag `type` is what changed (`connection`, alert
 * rules), `state` what it is since. `event`: reported by the device; `type` as its kind declares it. Both have the tag
 * `kind`, the field `happened` (1) in every line, and texts of their data as `name:text`.
 */
export const TRANSITION = `"transition"`;
export const EVENT = `"event"`;

/** Of a kind's devices; every other measurement is of one kind by its name. */
export function ofKind(kind: string | undefined): string {
  return kind === undefined ? "" : ` AND "kind" = '${kind}'`;
}

/** One of these types, as a regular expression. */
export function oneOf(types: readonly string[]): string {
  return `/^(${types.map((type) => type.replaceAll(".", "\\.")).join("|")})$/`;
}
