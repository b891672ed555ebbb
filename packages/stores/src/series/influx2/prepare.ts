import type { ClientServer } from "../influx/client-server.ts";
import { databaseOf, type InfluxOptions, LEVELS } from "../influx/options.ts";
import {
  keptSeconds,
  looking,
  type Preparation,
  type PreparationStep,
  retentionStep,
  shardSeconds,
  versionStep,
} from "../influx/preparation.ts";
import type { Level } from "../influx/server.ts";

interface Bucket {
  readonly name: string;
  readonly retentionRules: readonly { readonly everySeconds: number }[];
}

interface Found {
  readonly buckets?: readonly Bucket[];
  readonly orgs?: readonly { readonly id: string }[];
}

async function organisation(server: ClientServer, org: string): Promise<string | undefined> {
  const found = (await server.call("GET", `/api/v2/orgs?org=${encodeURIComponent(org)}`)) as Found | undefined;
  return found?.orgs?.[0]?.id;
}

async function prepareLevel(server: ClientServer, options: InfluxOptions, level: Level): Promise<PreparationStep> {
  const name = databaseOf(options, level);
  const what = `bucket ${name}`;
  const org = options.org ?? "";
  const kept = keptSeconds(options, level);
  const place = `org=${encodeURIComponent(org)}&name=${encodeURIComponent(name)}`;
  const found = (await server.call("GET", `/api/v2/buckets?${place}`)) as Found | undefined;
  const [bucket] = found?.buckets ?? [];
  if (bucket !== undefined) return retentionStep(what, bucket.retentionRules[0]?.everySeconds ?? 0, kept);
  const command = `influx bucket create --org '${org}' --name '${name}' --retention ${kept === 0 ? "0" : `${kept}s`}`;
  try {
    const orgID = await organisation(server, org);
    if (orgID === undefined) return { what, is: "missing", detail: `no organisation ${org} that the token may see` };
    const rule = {
      type: "expire",
      everySeconds: kept,
      shardGroupDurationSeconds: shardSeconds(options, level),
    };
    await server.call("POST", "/api/v2/buckets", { orgID, name, retentionRules: [rule] });
    return { what, is: "created", detail: "was not there" };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { what, is: "missing", detail: `an administrator must run: ${command} (${error.message})` };
  }
}

/** InfluxQL finds a bucket by its name without a mapping; one of another bucket's under that name would be in the way. */
async function mappingStep(server: ClientServer, options: InfluxOptions): Promise<PreparationStep> {
  const what = "InfluxQL";
  try {
    for (const level of LEVELS) await server.query(level, "SHOW MEASUREMENTS LIMIT 1");
    return { what, is: "fine", detail: "answers for each bucket" };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const advice = "the token needs the right to read the buckets, and each its DBRP mapping (`influx v1 dbrp create`)";
    return { what, is: "missing", detail: `${error.message}: ${advice}` };
  }
}

/** Looks at the server and creates the buckets that are not there. Rejects with `unavailable` when it does not answer. */
export async function prepareInflux2(server: ClientServer, options: InfluxOptions): Promise<Preparation> {
  const version = await server.version();
  const first = versionStep(version, 2);
  if (first.is === "missing") return { version, steps: [first] };
  const steps = [first];
  for (const level of LEVELS) {
    steps.push(await looking(`bucket ${databaseOf(options, level)}`, () => prepareLevel(server, options, level)));
  }
  steps.push(await mappingStep(server, options));
  return { version, steps };
}
