import { days, formatDuration, isLinliError, LinliError } from "@linli/model";
import type { Generation, InfluxOptions } from "./options.ts";
import type { Level } from "./server.ts";

/** One thing that was looked at. */
export interface PreparationStep {
  /** `version`, `database linli_5m` … */
  readonly what: string;
  readonly is: "fine" | "created" | "missing" | "doubtful";
  /** What is. */
  readonly detail: string;
  /** What to do when it is not fine: by whoever has the rights, word for word where it is a command. */
  readonly remedy?: string;
}

/** `create`: false = what is missing is only named. */
export interface PrepareOptions extends InfluxOptions {
  readonly create?: boolean;
}

/** How a server stands, after everything was created that might be. */
export interface Preparation {
  /** As the server says itself; `undefined` when it does not. */
  readonly version: string | undefined;
  readonly steps: readonly PreparationStep[];
}

/** The server's own retention lags behind ours: what we no longer answer from may not vanish while we still do. */
const BEHIND_MS = days(7);

/** How long the database of a level keeps what it has, s; 0 = for good. */
export function keptSeconds({ retention }: Pick<InfluxOptions, "retention">, level: Level): number {
  const keptMs = level === "raw" ? retention.rawMs : level === "5m" ? retention.fiveMinutesMs : retention.hourMs;
  return Number.isFinite(keptMs) ? Math.ceil((keptMs + BEHIND_MS) / 1_000) : 0;
}

/** Stretch of time of one shard, s: each is files and memory, so the long-lived levels take longer ones. */
export function shardSeconds(options: Pick<InfluxOptions, "retention">, level: Level): number {
  const wanted = days({ raw: 1, "5m": 14, "1h": 56 }[level]) / 1_000;
  const kept = keptSeconds(options, level);
  return kept === 0 ? Math.max(wanted, days(7) / 1_000) : Math.min(wanted, kept);
}

/** `1.6.7` of `v1.6.7~rc0`. */
export function versionOf(header: string | undefined): string | undefined {
  return header === undefined ? undefined : /\d+\.\d+(?:\.\d+)?/.exec(header)?.[0];
}

/** Whether the server is one of the generation that the settings name. */
export function versionStep(version: string | undefined, generation: Generation): PreparationStep {
  const what = "version";
  if (version === undefined)
    return {
      what,
      is: "doubtful",
      detail: "the server does not say",
      remedy: "is it an InfluxDB? Check LINLI_SERIES_URL",
    };
  const detail = `InfluxDB ${version}`;
  if (version.startsWith(`${generation}.`)) return { what, is: "fine", detail };
  const right = /^[123]\./.test(version) ? `set LINLI_SERIES=influx${version.charAt(0)}` : "this one is not supported";
  return { what, is: "missing", detail: `${detail} where LINLI_SERIES says influx${generation}`, remedy: right };
}

interface Retained {
  readonly what: string;
  /** What it keeps and what it should, both in s; 0 = for good. */
  readonly has: number;
  readonly wanted: number;
  /** What makes it right. */
  readonly command: string;
}

/** What a database keeps beside what it should. */
export function retentionStep({ what, has, wanted, command }: Retained): PreparationStep {
  const text = (seconds: number) => (seconds === 0 ? "for good" : `for ${formatDuration(seconds * 1_000)}`);
  if (has === wanted) return { what, is: "fine", detail: `keeps ${text(has)}` };
  const isShorter = has !== 0 && (wanted === 0 || has < wanted);
  const harm = isShorter ? "what is written may be refused or vanish" : "it takes more space than it needs";
  const detail = `keeps ${text(has)}, not ${text(wanted)} as the settings need: ${harm}`;
  return { what, is: isShorter ? "missing" : "doubtful", detail, remedy: `an administrator runs: ${command}` };
}

/** Not there, and not to be made here. */
export function missingStep(what: string, command: string, refused?: string): PreparationStep {
  const detail = refused === undefined ? "is not there" : `is not there and could not be made: ${refused}`;
  const remedy =
    refused === undefined ? "linli doctor --fix makes it; or an administrator runs: " : "an administrator runs: ";
  return { what, is: "missing", detail, remedy: remedy + command };
}

/** How the detail begins of what the rights do not reach. */
export const UNSEEN = "cannot be looked at";

/** A step that the server may refuse to speak of: whoever may only write can do so all the same. */
export async function looking(
  what: string,
  look: () => Promise<PreparationStep>,
  remedy = "give the user or token the right to see it, or look at it as an administrator",
): Promise<PreparationStep> {
  try {
    return await look();
  } catch (error) {
    if (!isLinliError(error)) throw error;
    return { what, is: "doubtful", detail: `${UNSEEN}: ${error.message}`, remedy };
  }
}

/** What is wrong when a server does not let us in, whatever it is asked. */
export function loginStep(error: unknown, remedy: string): PreparationStep {
  const isRefused =
    isLinliError(error) && /\b401\b|unauthori[sz]ed|authorization failed|authentication/i.test(error.message);
  if (!isRefused) throw error;
  return { what: "login", is: "missing", detail: `is refused: ${error.message}`, remedy };
}

/** After one of these there is no use in looking further. */
export function isDecisive({ what, is }: PreparationStep): boolean {
  return is === "missing" && ["version", "login", "organisation"].includes(what);
}

/** Fails with `unavailable` for a server of another generation. What else is missing shows when it is needed. */
export function versionIsRight({ steps }: Preparation): void {
  const wrong = steps.find(({ what, is }) => what === "version" && is === "missing");
  if (wrong !== undefined) throw new LinliError("unavailable", `${wrong.detail}: ${wrong.remedy}`);
}
