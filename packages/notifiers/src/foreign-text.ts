/** A text, number or flag of somebody else's JSON as text; nothing for what is empty or anything else. */
export function foreignText(value: unknown): string | undefined {
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  return typeof value === "string" && value !== "" ? value : undefined;
}
