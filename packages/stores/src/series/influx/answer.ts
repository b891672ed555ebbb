/** More of an error than anybody reads. */
const MOST_MESSAGE = 1 << 20;

/** The error in a body as InfluxDB 1 (`error`), 2 (`message`) and 3 (`error` and `data`, a line each) word it; else the body itself. */
export function messageOf(body: string): string {
  try {
    const { error, message, data } = JSON.parse(body) as Record<string, unknown>;
    const said = typeof error === "string" ? error : typeof message === "string" ? message : "";
    const lines = Array.isArray(data) ? data.map((line) => `\n${lineOf(line)}`).join("") : "";
    if (said !== "") return (said + lines).slice(0, MOST_MESSAGE);
  } catch {
    // a proxy in between speaks HTML, or nothing
  }
  return body.trim().slice(0, MOST_MESSAGE);
}

function lineOf(entry: unknown): string {
  const { original_line: line, error_message: reason } = (entry ?? {}) as Record<string, unknown>;
  return `unable to parse '${String(line)}': ${String(reason)}`;
}

/** `Retry-After` as ms from `now`: seconds or an HTTP date; `undefined` for what is neither. */
export function retryAfterMs(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\s*\d+\s*$/.test(header)) return Number(header) * 1_000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
