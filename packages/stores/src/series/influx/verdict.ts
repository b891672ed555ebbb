import type { WriteAnswer } from "./server.ts";

/** What in a refused body is to blame, as far as the server says so. */
export type Blame =
  /** A column of another type. */
  | { readonly of: "column"; readonly measurement: string; readonly field: string }
  /** Moments that the retention does not reach, the oldest first. */
  | { readonly of: "age" }
  /** Series or tag values that would be new. */
  | { readonly of: "series" }
  /** Lines, word for word. */
  | { readonly of: "lines"; readonly texts: ReadonlySet<string> }
  | { readonly of: "something" };

/** What an answer to a write means. */
export type Verdict =
  | { readonly is: "stored" }
  /** Some of the lines are to blame, the others may stand or not. `dropped`: so many, when the server counted. */
  | { readonly is: "bad-lines"; readonly blame: Blame; readonly dropped: number | undefined }
  /** Refused, and nobody knows whether for what is in it. */
  | { readonly is: "refused" }
  | { readonly is: "too-large" }
  /** Not the lines' fault. */
  | { readonly is: "unavailable"; readonly advice: string };

const COLUMN = /input field "(.*?)" on measurement "(.*?)" is type/s;
const AGE = /(outside|beyond) retention policy/i;
const SERIES = /max-series|max-values-per-tag|max series/i;
const PARSE = /unable to parse|max key length|invalid field format|partial write/i;
/** The body arrived otherwise than it was sent. */
const DAMAGED = /unexpected EOF|gzip|reading body|read body|unable to read data/i;

function blameOf(message: string): Blame | undefined {
  const column = COLUMN.exec(message);
  if (column) return { of: "column", measurement: column[2] ?? "", field: column[1] ?? "" };
  if (AGE.test(message)) return { of: "age" };
  if (SERIES.test(message)) return { of: "series" };
  if (!PARSE.test(message)) return undefined;
  const texts = [...message.matchAll(/unable to parse '(.*)': /g)].map(([, text]) => text ?? "");
  return texts.length > 0 ? { of: "lines", texts: new Set(texts) } : { of: "something" };
}

/** What somebody can do about an answer that is not about what was sent; `undefined` when nobody can. */
export function adviceFor(status: number): string | undefined {
  if (status === 401) {
    return "check LINLI_SERIES_TOKEN (2.x, 3.x), or LINLI_SERIES_USER and LINLI_SERIES_PASSWORD (1.x)";
  }
  if (status === 403) return "give the user or token the right to read and write the three databases";
  if (status === 404) {
    return "check LINLI_SERIES_DATABASE, LINLI_SERIES_ORG and LINLI_SERIES_URL; `linli doctor --fix` creates what is missing";
  }
  return undefined;
}

function unavailable(advice: string): Verdict {
  return { is: "unavailable", advice };
}

/** Reads an answer. Only 204, and 200 without a word, say that everything is stored. */
export function verdictOf({ status, message }: WriteAnswer): Verdict {
  if (status === 204 || (status === 200 && message === "")) return { is: "stored" };
  if (status === 413) return { is: "too-large" };
  const advice = adviceFor(status);
  if (advice !== undefined) return unavailable(advice);
  if (status === 429 || status === 408 || status >= 500) return unavailable("tried again until it does");
  if (![200, 201, 400, 422].includes(status)) {
    return unavailable("is it an InfluxDB, of the generation that LINLI_SERIES names, behind LINLI_SERIES_URL?");
  }
  if (DAMAGED.test(message) && !PARSE.test(message)) return unavailable("the body was damaged on its way");
  const blame = blameOf(message);
  if (blame === undefined) return { is: "refused" };
  // the server's own count is the last: what it quotes before may hold such words too
  const dropped = /.*dropped=(\d+)/s.exec(message)?.[1];
  return { is: "bad-lines", blame, dropped: dropped === undefined ? undefined : Number(dropped) };
}
