import { isLinliError } from "@linli/model";
import type { ClientServer } from "../influx/client-server.ts";
import { databaseOf, LEVELS } from "../influx/options.ts";
import {
  keptSeconds,
  loginStep,
  looking,
  missingStep,
  type Preparation,
  type PreparationStep,
  type PrepareOptions,
  retentionStep,
  shardSeconds,
  UNSEEN,
  versionStep,
} from "../influx/preparation.ts";
import type { Level } from "../influx/server.ts";

interface Bucket {
  readonly id: string;
  readonly orgID: string;
  readonly name: string;
  readonly retentionRules: readonly { readonly everySeconds: number }[];
}

interface Found {
  readonly buckets?: readonly Bucket[];
  readonly orgs?: readonly { readonly id: string }[];
}

/** The organisation, refused login or no such organisation; its id is `undefined` for a token that may not look at it. */
async function organisation(
  server: ClientServer,
  org: string,
): Promise<{ readonly id: string | undefined } | { readonly wrong: PreparationStep }> {
  try {
    const found = (await server.call("GET", `/api/v2/orgs?org=${encodeURIComponent(org)}`)) as Found | undefined;
    if (found !== undefined) return { id: found.orgs?.[0]?.id };
    const detail = `there is none called ${JSON.stringify(org)}`;
    return { wrong: { what: "organisation", is: "missing", detail, remedy: "set LINLI_SERIES_ORG (influx org list)" } };
  } catch (error) {
    const command = `influx auth create --org '${org}' --read-buckets --write-buckets`;
    const remedy = `check LINLI_SERIES_TOKEN and LINLI_SERIES_TOKEN_FILE; an administrator makes a token with: ${command}`;
    return { wrong: loginStep(error, remedy) };
  }
}

/** What a token needs that may not write or read. */
export function rightsRemedy({ org = "" }: PrepareOptions): string {
  return `an administrator makes a token with: influx auth create --org '${org}' --read-buckets --write-buckets (or only for the three, with --read-bucket and --write-bucket and their ids)`;
}

/** The bucket; `undefined` when there is none, `unseen` when the token may not read it. */
async function bucketOf(
  server: ClientServer,
  options: PrepareOptions,
  level: Level,
): Promise<Bucket | "unseen" | undefined> {
  const name = encodeURIComponent(databaseOf(options, level));
  const place = `org=${encodeURIComponent(options.org ?? "")}&name=${name}`;
  const found = (await server.call("GET", `/api/v2/buckets?${place}`)) as Found | undefined;
  return found === undefined ? undefined : (found.buckets?.[0] ?? "unseen");
}

async function prepareLevel(
  server: ClientServer,
  options: PrepareOptions,
  { level, orgID }: { readonly level: Level; readonly orgID: string | undefined },
): Promise<PreparationStep> {
  const name = databaseOf(options, level);
  const what = `bucket ${name}`;
  const kept = keptSeconds(options, level);
  const bucket = await bucketOf(server, options, level);
  if (bucket === "unseen") {
    return { what, is: "doubtful", detail: `${UNSEEN}: the token may not read it`, remedy: rightsRemedy(options) };
  }
  if (bucket !== undefined) {
    const command = `influx bucket update --id ${bucket.id} --retention ${kept === 0 ? "0" : `${kept}s`}`;
    return retentionStep({ what, has: bucket.retentionRules[0]?.everySeconds ?? 0, wanted: kept, command });
  }
  const retention = kept === 0 ? "0" : `${kept}s`;
  const command = `influx bucket create --org '${options.org ?? ""}' --name '${name}' --retention ${retention}`;
  if (options.create === false) return missingStep(what, command);
  if (orgID === undefined) return missingStep(what, command, "the token may not");
  try {
    const rule = {
      type: "expire",
      everySeconds: kept,
      shardGroupDurationSeconds: shardSeconds(options, level),
    };
    await server.call("POST", "/api/v2/buckets", { orgID, name, retentionRules: [rule] });
    return { what, is: "created", detail: "was not there" };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return missingStep(what, command, error.message);
  }
}

interface Mapping {
  readonly id: string;
  readonly bucketID: string;
  readonly default: boolean;
}

/** All that lead from a name, the virtual one too. */
async function mappingsOf(server: ClientServer, orgID: string, name: string): Promise<readonly Mapping[]> {
  const query = `orgID=${orgID}&db=${encodeURIComponent(name)}`;
  const found = (await server.call("GET", `/api/v2/dbrps?${query}`)) as { content?: readonly Mapping[] } | undefined;
  return found?.content ?? [];
}

/**
 * InfluxQL finds a bucket by its name without a mapping (2.0 and 2.1: by a mapping alone); one of that name that leads
 * elsewhere would be in the way.
 */
async function mappingStep(
  server: ClientServer,
  options: PrepareOptions,
  { level, bucket }: { readonly level: Level; readonly bucket: Bucket },
): Promise<PreparationStep> {
  const name = databaseOf(options, level);
  const what = `InfluxQL ${name}`;
  const org = options.org ?? "";
  const { orgID } = bucket;
  const mappings = await mappingsOf(server, orgID, name).catch((error: unknown) => {
    if (!isLinliError(error)) throw error;
    return undefined;
  });
  if (mappings === undefined) {
    // it may not look at mappings: that it can ask is enough
    await server.query(level, "SHOW MEASUREMENTS LIMIT 1");
    return { what, is: "fine", detail: "answers" };
  }
  const mapping = mappings.find((one) => one.default) ?? mappings[0];
  if (mapping?.bucketID === bucket.id) return { what, is: "fine", detail: "leads to the bucket" };
  const command = `influx v1 dbrp create --org '${org}' --db '${name}' --rp autogen --bucket-id ${bucket.id} --default`;
  if (mapping !== undefined) {
    const detail = `leads to another bucket, ${mapping.bucketID}: what is written would not be read`;
    const remedy = `an administrator runs: influx v1 dbrp delete --org '${org}' --id ${mapping.id}`;
    return { what, is: "missing", detail, remedy };
  }
  if (options.create === false) return missingStep(what, command);
  const body = { orgID, bucketID: bucket.id, database: name, retention_policy: "autogen", default: true };
  try {
    await server.call("POST", "/api/v2/dbrps", body);
    return { what, is: "created", detail: "was not mapped to the bucket" };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return missingStep(what, command, error.message);
  }
}

/** Looks at the server and creates the buckets that are not there. Rejects with `unavailable` when it does not answer. */
export async function prepareInflux2(server: ClientServer, options: PrepareOptions): Promise<Preparation> {
  const version = await server.version();
  const first = versionStep(version, 2);
  if (first.is === "missing") return { version, steps: [first] };
  const found = await organisation(server, options.org ?? "");
  if ("wrong" in found) return { version, steps: [first, found.wrong] };
  const steps = [first];
  for (const level of LEVELS) {
    const place = { level, orgID: found.id };
    steps.push(await looking(`bucket ${databaseOf(options, level)}`, () => prepareLevel(server, options, place)));
  }
  for (const level of LEVELS) {
    const bucket = await bucketOf(server, options, level);
    // told of already
    if (bucket === undefined || bucket === "unseen") continue;
    const place = { level, bucket };
    steps.push(await looking(`InfluxQL ${databaseOf(options, level)}`, () => mappingStep(server, options, place)));
  }
  return { version, steps };
}
