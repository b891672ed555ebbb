import { LinliError, parseIsoTime } from "@linli/model";
import { readSettings, systemClock } from "@linli/runtime";
import type { Command } from "commander";
import { print, printJson } from "../output.ts";
import { createCopyProgress } from "../series/copy-progress.ts";
import { type CredentialOptions, readCredentials, type Side } from "../series/credentials.ts";
import { type CopyReport, copySeries } from "../series/job.ts";
import { END_OF_TIME } from "../series/plan.ts";
import { reportLines } from "../series/report.ts";
import { parseStoreAddress } from "../series/store-address.ts";

interface Options {
  readonly from: string;
  readonly to: string;
  readonly fromUser?: string;
  readonly fromPasswordFile?: string;
  readonly fromTokenFile?: string;
  readonly toUser?: string;
  readonly toPasswordFile?: string;
  readonly toTokenFile?: string;
  readonly since?: string;
  readonly until?: string;
  readonly devices?: string;
  readonly unknownKind?: string;
  readonly dryRun?: boolean;
  readonly verify: boolean;
  readonly json?: boolean;
}

/** A moment, or a day in UTC. */
function parseMoment(option: string, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  const at = parseIsoTime(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00:00Z` : text);
  if (at !== undefined) return at;
  const message = "not a moment: write 2026-11-23 or 2026-11-23T08:00:00+08:00";
  throw new LinliError("invalid", "what to copy is not clear", { problems: [{ field: option, value: text, message }] });
}

function credentialOptions(side: Side, options: Options): CredentialOptions {
  return side === "from"
    ? { user: options.fromUser, passwordFile: options.fromPasswordFile, tokenFile: options.fromTokenFile }
    : { user: options.toUser, passwordFile: options.toPasswordFile, tokenFile: options.toTokenFile };
}

/** Something is missing in the target that is in the source. */
function isIncomplete({ rejected, unknownDevices, verification }: CopyReport): boolean {
  const differs = (verification?.differences.length ?? 0) > 0;
  return Object.keys(rejected).length > 0 || unknownDevices.length > 0 || differs;
}

async function copy(options: Options): Promise<void> {
  const settings = readSettings(process.env);
  const { LINLI_SERIES_USER: user, LINLI_SERIES_PASSWORD: password, LINLI_SERIES_TOKEN: token } = settings;
  const otherwise = { ...(user && { user }), ...(password && { password }), ...(token && { token }) };
  const address = async (side: Side) => {
    const credentials = await readCredentials(side, credentialOptions(side, options), otherwise);
    return parseStoreAddress(`--${side}`, options[side], { settings, credentials });
  };
  const job = {
    from: await address("from"),
    to: await address("to"),
    since: parseMoment("--since", options.since, 0),
    until: parseMoment("--until", options.until, END_OF_TIME),
    ...(options.devices !== undefined && { devices: options.devices }),
    ...(options.unknownKind !== undefined && { unknownKind: options.unknownKind }),
    dryRun: options.dryRun ?? false,
    verify: options.verify,
  };
  const progress = createCopyProgress(systemClock);
  // while a server that is away is waited for nothing else keeps the process going
  const alive = setInterval(() => undefined, 60_000);
  try {
    const report = await copySeries(job, { settings, clock: systemClock, progress: progress.update });
    progress.finish();
    if (isIncomplete(report)) process.exitCode = 1;
    if (options.json) return printJson(report);
    for (const line of reportLines(report)) print(line);
  } finally {
    clearInterval(alive);
  }
}

/** `linli series copy`: history from one series store into another. */
export function addSeries(program: Command): void {
  const series = program.command("series").description("the store of readings");
  series
    .command("copy")
    .description("copy history between two stores; interrupted, the same call goes on where it was")
    .requiredOption(
      "--from <store>",
      "sqlite:FOLDER, influx1+URL/DATABASE, influx2+URL/BUCKET?org=ORG, influx3+…, settings",
    )
    .option("--to <store>", "the same forms", "settings")
    .option("--from-user <name>", "user of the source (default: LINLI_SERIES_USER)")
    .option("--from-password-file <file>", "file with that user's password")
    .option("--from-token-file <file>", "file with the source's token (default: LINLI_SERIES_TOKEN)")
    .option("--to-user <name>", "user of the target (default: LINLI_SERIES_USER)")
    .option("--to-password-file <file>", "file with that user's password")
    .option("--to-token-file <file>", "file with the target's token (default: LINLI_SERIES_TOKEN)")
    .option("--since <moment>", "the day or moment to begin with")
    .option("--until <moment>", "the day or moment to end before")
    .option("--devices <pattern>", "only these, such as lift-*,door-1")
    .option("--unknown-kind <name>", "kind under which devices go that the registry does not know")
    .option("--dry-run", "read all of it, write nothing, say what would be copied")
    .option("--no-verify", "do not compare both sides afterwards")
    .option("--json", "print the result as JSON")
    .action(copy);
}
