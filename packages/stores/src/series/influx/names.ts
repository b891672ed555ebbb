/**
 * Names in InfluxDB. A backslash, a control character or a line end has no safe form in a line, some names mean something
 * to a server, and `:` marks our companion columns: these are percent-encoded, everything else stands as it is.
 */
// oxlint-disable-next-line no-control-regex -- control characters are what it looks for
const UNSAFE = /[%\\:\u0000-\u001f\u007f\u0085\u2028\u2029]/g;
/** Refused as a field, or ambiguous beside a tag of that name. */
const RESERVED = new Set(["time", "device", "kind", "community", "compound", "building", "type", "state"]);

const percent = (text: string) =>
  [...new TextEncoder().encode(text)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`).join("");

/** The name under which a point, device or place stands in InfluxDB; two names never become one. */
export function encodeName(name: string): string {
  const safe = name.replace(UNSAFE, percent);
  // `_field` and `_measurement` are taken; a leading underscore of any kind stays clear of further ones
  const first = safe.charAt(0);
  return first === "_" || RESERVED.has(safe) ? percent(first) + safe.slice(1) : safe;
}

/** The inverse of `encodeName`. */
export function decodeName(encoded: string): string {
  return encoded.includes("%") ? decodeURIComponent(encoded.replace(/%(?![0-9A-F]{2})/g, "%25")) : encoded;
}

/** An encoded name as measurement, tag key, tag value or field key of line protocol. */
export function escapeName(encoded: string): string {
  return encoded.replace(/[,= ]/g, "\\$&");
}

/** A name as measurement, tag key, tag value or field key of line protocol. Never empty. */
export function lineName(name: string): string {
  return escapeName(encodeName(name));
}

/** A name as identifier of InfluxQL, quoted. */
export function identifier(name: string): string {
  return `"${name.replace(/["\\]/g, "\\$&")}"`;
}

/** A text as string of InfluxQL, quoted. */
export function literal(text: string): string {
  return `'${text.replace(/['\\]/g, "\\$&").replaceAll("\n", "\\n")}'`;
}
