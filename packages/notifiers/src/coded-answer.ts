import type { Delivery } from "./channel.ts";
import { type Answer, deliveryForStatus, objectIn, retry, retryAfter } from "./exchange.ts";
import { foreignText } from "./foreign-text.ts";

/** How a provider that answers HTTP 200 with a code in the body says what became of a message. */
export interface CodeTable {
  /** Names of the fields, the first one present counts. */
  readonly code: readonly string[];
  readonly message: readonly string[];
  readonly accepted: number | string;
  /** What passes by itself, and how long to wait where that is known. Everything else is refused. */
  readonly passing: (code: string, said: string) => Passing | undefined;
  readonly reference?: string;
}

export interface Passing {
  readonly afterMs?: number;
}

/** Passing codes as a plain table. */
export function passingCodes(table: Readonly<Record<string, Passing>>): CodeTable["passing"] {
  const codes = new Map(Object.entries(table));
  return (code) => codes.get(code);
}

export interface CodedAnswer {
  readonly code: number | string | undefined;
  readonly body: Readonly<Record<string, unknown>>;
  readonly delivery: Delivery;
}

/** Reads such an answer. Without a code in it the HTTP status decides, and a bare 200 says nothing: `unknown`. */
export function readCoded(answer: Answer, table: CodeTable, now: number): CodedAnswer {
  const body = objectIn(answer) ?? {};
  const code = codeIn(body, table.code);
  if (code === undefined) {
    const delivery = deliveryForStatus(answer, now);
    const lost: Delivery = {
      outcome: "unknown",
      reason: `HTTP ${answer.status} with an answer that is none of theirs`,
    };
    return { code, body, delivery: delivery.outcome === "accepted" ? lost : delivery };
  }
  return { code, body, delivery: deliveryForCode(answer, { code, body }, table, now) };
}

function deliveryForCode(
  answer: Answer,
  { code, body }: Pick<CodedAnswer, "body"> & { readonly code: number | string },
  table: CodeTable,
  now: number,
): Delivery {
  if (code === table.accepted) {
    const reference = table.reference === undefined ? undefined : foreignText(body[table.reference]);
    return reference === undefined ? { outcome: "accepted" } : { outcome: "accepted", reference };
  }
  const said = table.message.map((name) => body[name]).find((value) => typeof value === "string");
  const reason = `${code}${typeof said === "string" ? `: ${said}` : ""}`;
  const passing = table.passing(String(code), typeof said === "string" ? said : "");
  if (passing !== undefined) return retry(reason, retryAfter(answer, now) ?? passing.afterMs);
  return answer.status === 429 || answer.status >= 500
    ? retry(reason, retryAfter(answer, now))
    : { outcome: "refused", reason };
}

function codeIn(body: Readonly<Record<string, unknown>>, names: readonly string[]): number | string | undefined {
  for (const name of names) {
    const value = body[name];
    if (typeof value === "number" || (typeof value === "string" && value !== "")) return value;
  }
  return undefined;
}
