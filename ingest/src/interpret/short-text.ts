const MAX_LENGTH = 200;

/** A value as text for a person, at most 200 characters, whatever it is: poison included. */
export function shortText(value: unknown): string {
  if (typeof value === "string") return value.length > MAX_LENGTH ? `${value.slice(0, MAX_LENGTH - 1)}…` : value;
  if (typeof value !== "object" || value === null) return Object.is(value, -0) ? "-0" : String(value);
  const shape = Array.isArray(value) ? `array of ${value.length}` : "object";
  try {
    return shortText(JSON.stringify(value));
  } catch {
    return shape; // nested too deeply to be written down
  }
}
