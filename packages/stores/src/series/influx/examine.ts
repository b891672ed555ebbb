import { DEVICE_KINDS, isLinliError } from "@linli/model";
import { columnType } from "./columns.ts";
import { decodeName, encodeName } from "./names.ts";
import { databaseOf, LEVELS } from "./options.ts";
import { isDecisive, type Preparation, type PreparationStep, type PrepareOptions, UNSEEN } from "./preparation.ts";
import { kindMeasurement } from "./roll-up-columns.ts";
import type { InfluxServer, Level } from "./server.ts";
import { verdictOf } from "./verdict.ts";

/** One thing found at a server; `what` is among `server`, `clock`, `version`, `database …`, `rights …`, `columns …`. */
export type InfluxFinding = PreparationStep;

/** A server of one generation, ready to be looked at. */
export interface Examined {
  readonly server: InfluxServer;
  readonly options: PrepareOptions;
  readonly prepare: () => Promise<Preparation>;
  /** What gives the rights to a level that they do not reach, word for word where it is a command. */
  readonly rightsRemedy?: (level: Level) => string;
  /** What this generation has limits for. */
  readonly limits?: () => Promise<readonly InfluxFinding[]>;
  /** Epoch ms. */
  readonly now: () => number;
}

/** A server that is further off than this drops too early, and `now()` in a board means something else. */
const MOST_CLOCK_MS = 10_000;
/** The header counts whole seconds. */
const HEADER_MS = 1_000;
const MOST_COLUMNS_NAMED = 5;

const PERMISSION = "give the user or token the right to read and write the database";

/** Whether it answers at all, and what time it is there. */
async function reach({ options: { url, timeoutMs }, now }: Examined): Promise<InfluxFinding[]> {
  const { origin } = new URL(url);
  try {
    const asked = now();
    const answer = await fetch(`${url.replace(/\/$/, "")}/ping`, { signal: AbortSignal.timeout(timeoutMs) });
    const answered = now();
    await answer.body?.cancel();
    const there: InfluxFinding = { what: "server", is: "fine", detail: `${origin} answers in ${answered - asked} ms` };
    const date = Date.parse(answer.headers.get("date") ?? "");
    return Number.isNaN(date) ? [there] : [there, clockFinding(date, asked, answered)];
  } catch (error) {
    const cause = (error as Error).cause ?? error;
    const said = (cause as { code?: string }).code ?? (cause as Error).message;
    const remedy = "start it, or set LINLI_SERIES_URL; readings wait in the journal meanwhile";
    return [{ what: "server", is: "missing", detail: `${origin} does not answer: ${said}`, remedy }];
  }
}

function clockFinding(date: number, asked: number, answered: number): InfluxFinding {
  // the header names the second that had begun
  const ahead = Math.max(0, date - answered);
  const behind = Math.max(0, asked - (date + HEADER_MS));
  const offMs = Math.max(ahead, behind);
  const detail = `${Math.round(offMs / 1_000)} s ${ahead > behind ? "ahead of" : "behind"} this machine`;
  if (offMs <= MOST_CLOCK_MS) return { what: "clock", is: "fine", detail: offMs < 1_000 ? "agrees" : detail };
  return { what: "clock", is: "doubtful", detail, remedy: "run a time service on both machines" };
}

/** Writes a line into our own bookkeeping and reads it back. */
async function rights(examined: Examined, level: Level): Promise<InfluxFinding> {
  const { server, options, now } = examined;
  const what = `rights ${databaseOf(options, level)}`;
  const permission = examined.rightsRemedy?.(level) ?? PERMISSION;
  const at = Math.floor(now() / 60_000) * 60_000;
  try {
    const answer = await server.write(level, `linli_probe ok=1 ${at}\n`);
    const verdict = verdictOf(answer);
    if (verdict.is !== "stored") {
      const isForbidden = [403, 404].includes(answer.status) || verdict.is !== "unavailable";
      const remedy = isForbidden ? permission : verdict.advice;
      return { what, is: "missing", detail: `cannot be written: ${answer.status} ${answer.message}`, remedy };
    }
    const [read] = await server.query(level, `SELECT ok FROM linli_probe WHERE time = ${at}ms`);
    if (read?.series.length) return { what, is: "fine", detail: "can be written and read" };
    return { what, is: "missing", detail: "what was written cannot be read", remedy: permission };
  } catch (error) {
    if (!isLinliError(error)) throw error;
    // 2.x: as if it were not there, for a token that may write only
    if (error.code === "not-found") {
      return { what, is: "missing", detail: `what was written cannot be read: ${error.message}`, remedy: permission };
    }
    return { what, is: "missing", detail: error.message, remedy: permission };
  }
}

const STRINGS = new Set(["first_other", "last_other", "other"]);

/** The type that Linli writes into a column of a kind. */
function typeOf(kind: string, column: string): "float" | "string" {
  const [point = "", fact] = column.split(":");
  if (fact !== undefined && STRINGS.has(fact)) return "string";
  const isValue = fact === undefined || fact === "first" || fact === "last";
  return isValue ? columnType(kind, decodeName(point)) : "float";
}

/** Columns of another type than Linli writes, as an older schema left them: what is written into them is refused. */
async function columns({ server, options }: Examined, level: Level): Promise<InfluxFinding> {
  const what = `columns ${databaseOf(options, level)}`;
  const [answer] = await server.query(level, "SHOW FIELD KEYS");
  const kinds = new Set([...DEVICE_KINDS.keys()].map(encodeName));
  const wrong = (answer?.series ?? []).flatMap(({ name, values }) => {
    const encoded = level === "raw" ? name : (kindMeasurement(name, level) ?? "");
    if (!kinds.has(encoded)) return [];
    const kind = decodeName(encoded);
    return values.flatMap(([column, type]) => {
      const wanted = typeOf(kind, String(column));
      return type === wanted ? [] : [`${name}.${String(column)} is ${String(type)}, not ${wanted}`];
    });
  });
  if (wrong.length === 0) return { what, is: "fine", detail: "have the types that Linli writes" };
  const more = wrong.length > MOST_COLUMNS_NAMED ? ` and ${wrong.length - MOST_COLUMNS_NAMED} more` : "";
  return {
    what,
    is: "doubtful",
    detail: `${wrong.slice(0, MOST_COLUMNS_NAMED).join("; ")}${more}: what is written there is refused and becomes dead letters`,
    remedy: "set LINLI_SERIES_DATABASE to a name that is free, and bring the rest over with linli series copy",
  };
}

/**
 * Looks at everything that can be wrong with an InfluxDB server, in the order in which writing would fail on it. Creates
 * what is missing only when told to. Never rejects for what the server says or does not say.
 */
export async function examineInflux(examined: Examined): Promise<InfluxFinding[]> {
  const findings = await reach(examined);
  if (findings.some(({ is }) => is === "missing")) return findings;
  try {
    const { steps } = await examined.prepare();
    findings.push(...steps);
    if (steps.some(isDecisive)) return findings;
    for (const level of LEVELS) {
      const isOfLevel = ({ what }: InfluxFinding) => what.endsWith(` ${databaseOf(examined.options, level)}`);
      if (findings.some((one) => isOfLevel(one) && one.is === "missing" && one.detail.startsWith("is not there")))
        continue;
      const may = await rights(examined, level);
      // what cannot be used either is one thing to do, not two
      const unseen = findings.findIndex((one) => isOfLevel(one) && one.detail.startsWith(UNSEEN));
      if (may.is === "missing" && unseen >= 0) findings.splice(unseen, 1);
      findings.push(may);
      if (may.is === "fine") findings.push(await columns(examined, level));
    }
    const isThere = findings.some(
      ({ what, is }) => what === `rights ${databaseOf(examined.options, "raw")}` && is === "fine",
    );
    if (isThere) findings.push(...((await examined.limits?.()) ?? []));
  } catch (error) {
    if (!isLinliError(error)) throw error;
    const remedy = "check LINLI_SERIES_URL and the credentials";
    findings.push({ what: "server", is: "missing", detail: error.message, remedy });
  }
  return findings;
}
