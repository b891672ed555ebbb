import { LinliError } from "@linli/model";
import type { QueriedSeries, QueriedStatement } from "./server.ts";
import { adviceFor } from "./verdict.ts";

interface Body {
  readonly error?: string;
  readonly results?: readonly { readonly series?: readonly QueriedSeries[]; readonly error?: string }[];
}

/** The beginnings of what servers say of a query that they cannot carry out; an ill server uses some of these words too. */
const ILL_FORMED =
  /^(error parsing query|failed to parse query|error during planning|unsupported |mixing |undefined function|invalid number of arguments|not implemented)/i;

/** What the server says of a query that it did not carry out. */
export function queryFailure(message: string, status = 200): LinliError {
  const advice = adviceFor(status);
  if (advice !== undefined && status !== 404) return new LinliError("unavailable", `InfluxDB: ${message} (${advice})`);
  if (/not authorized|unable to parse authentication|authorization failed|insufficient permissions/i.test(message)) {
    return new LinliError("unavailable", `InfluxDB: ${message} (${adviceFor(403)})`);
  }
  if (/database not found|bucket .*not found|no dbrp mapping|retention policy not found/i.test(message)) {
    return new LinliError("not-found", `InfluxDB: ${message}`);
  }
  if (status < 500 && ILL_FORMED.test(message)) {
    return new LinliError("invalid", `InfluxDB: ${message}`);
  }
  return new LinliError("unavailable", `InfluxDB: ${message}`);
}

/** An answer's JSON. Fails with `invalid` for what JSON has no form for: a sum beyond a double is infinite, and no answer at all. */
export function parsedAnswer(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    if (/unsupported value/.test(text)) throw new LinliError("invalid", `InfluxDB: ${text.trim()}`, { cause });
    throw new LinliError("unavailable", `InfluxDB answers in no JSON: ${text.slice(0, 200)}`, { cause });
  }
}

/** The statements' results; a failure of any of them is one of all: it says 200 and means it not. */
export function statementsOf(body: unknown): readonly QueriedStatement[] {
  const { error, results = [] } = body as Body;
  if (error !== undefined) throw queryFailure(error);
  return results.map((result) => {
    if (result.error !== undefined) throw queryFailure(result.error);
    return { series: (result.series ?? []).map((series) => ({ ...series, values: series.values ?? [] })) };
  });
}
