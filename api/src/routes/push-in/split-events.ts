import { LinliError } from "@linli/model";

const MOST = 1_000;

/** Part of the language since ES2026; not in the compiler's library yet. */
interface JsonWithSource {
  rawJSON(text: string): unknown;
  parse(text: string, reviver: (key: string, value: unknown, context: { source?: string }) => unknown): unknown;
}
const json = JSON as unknown as JsonWithSource;

/** Numbers go on as they were written: 1e400 and 12345678901234567890 must reach the judge of values unchanged. */
function keepNumbers(_key: string, value: unknown, context: { source?: string }): unknown {
  return typeof value === "number" && context.source !== undefined ? json.rawJSON(context.source) : value;
}

/** A text that is JSON but nested so deeply that walking it takes more than the stack is nothing that was meant. */
function parse(text: string): unknown {
  try {
    return json.parse(text, keepNumbers);
  } catch (error) {
    if (error instanceof RangeError) throw new LinliError("invalid", "the body is nested too deeply");
    throw error;
  }
}

/** One message per event of an array, or the one that the body is. `invalid` when there are none or too many. */
export function splitEvents(body: Buffer): Buffer[] {
  const parsed = parse(body.toString());
  if (!Array.isArray(parsed)) return [body];
  if (parsed.length === 0 || parsed.length > MOST) {
    throw new LinliError("invalid", `1 to ${MOST} events at a time`);
  }
  return parsed.map((event) => Buffer.from(JSON.stringify(event)));
}
