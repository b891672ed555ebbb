import { join } from "node:path";
import { openSqliteState } from "@linli/stores";
import { arrange, RULE } from "../support/alert-path.ts";
import { AlertReceiver } from "../support/alert-receiver.ts";
import { demand, enrol, loggedIn, type RawClient } from "../support/enrolment.ts";
import { type Platform, startPlatform } from "../support/platform.ts";
import { type Fault, type FaultContext, mustHold, seededRandom } from "./fault.ts";
import { drained } from "./load.ts";

const HOUR = 3_600_000;
const HOT = 60;
const COOL = 20;
/** What the devices really measure, one after the other: three times too hot. */
const TRUTH = [COOL, HOT, HOT, COOL, HOT, COOL, COOL, HOT, COOL];

interface Said {
  readonly ts: number;
  readonly temperature: number;
  readonly dup?: boolean;
}

/** What a device sends instead of the newest of what it measured. */
type Mangle = (measured: readonly Said[], random: () => number) => Said[];

const opposite = (temperature: number) => (temperature === HOT ? COOL : HOT);

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  return items
    .map((item) => [random(), item] as const)
    .sort(([a], [b]) => a - b)
    .map(([, item]) => item);
}

/** Ten times each, older ones again in any order, their moments with another value, and what was held back for an hour or a week. */
const repeating: Mangle = (measured, random) => {
  const newest = measured.at(-1);
  if (newest === undefined) return [];
  const copies = Array.from({ length: 9 }, (): Said => ({ ...newest, dup: random() < 0.5 }));
  const older = measured.slice(0, -1).flatMap((said) => [said, { ...said, temperature: opposite(said.temperature) }]);
  const late = [HOUR, 168 * HOUR].map((age): Said => ({ ts: newest.ts - age, temperature: HOT }));
  const again = { ...newest, temperature: opposite(newest.temperature) };
  return [newest, ...shuffled([...copies, ...older, ...late, again], random)];
};

/** The truth, and beside it the opposite from clocks that cannot be right. */
const confused: Mangle = (measured, random) => {
  const newest = measured.at(-1);
  if (newest === undefined) return [];
  const { ts } = newest;
  const wrong = [ts + 87_600 * HOUR, ts + 30 * HOUR, 0, -1].map(
    (moment): Said => ({ ts: moment, temperature: opposite(newest.temperature) }),
  );
  const slow: Said = { ts: ts - 24 * HOUR, temperature: HOT };
  return [newest, ...shuffled([...wrong, slow], random)];
};

async function sendAll(client: RawClient, deviceId: string, all: readonly Said[]): Promise<void> {
  for (const [index, { ts, temperature, dup = false }] of all.entries()) {
    const payload = JSON.stringify({ ts, values: { temperature } });
    const topic = `linli/v1/devices/${deviceId}/telemetry`;
    client.send({ cmd: "publish", topic, payload, qos: 1, messageId: index + 1, retain: false, dup });
  }
  for (const _ of all) mustHold((await client.next("puback")) !== undefined, `${deviceId} was cut off`);
}

/** What was decided of a device by our rule, in order. */
async function changesOf({ dataDir }: Platform, deviceId: string): Promise<string[]> {
  const state = await openSqliteState({ file: join(dataDir, "state.db") });
  try {
    const transitions = await state.watch.transitions(deviceId, 1_000, "alert");
    const own = transitions.filter(({ key }) => key.startsWith(`alert:${RULE}_`));
    return own.toReversed().map(({ data }) => String(data.change));
  } finally {
    await state.close();
  }
}

async function compare(
  platform: Platform,
  mangle: Mangle,
  { round, random }: { readonly round: number; readonly random: () => number },
): Promise<void> {
  const ids = [`clean-${round}`, `mangled-${round}`] as const;
  const tokens = await enrol(platform, { placeId: "hot", ids });
  const measured: Said[] = [];
  const clients = new Map<string, RawClient>();
  for (const id of ids) clients.set(id, await loggedIn(platform, { username: id, password: tokens.get(id) ?? "" }));
  for (const temperature of TRUTH) {
    measured.push({ ts: Math.max(Date.now(), (measured.at(-1)?.ts ?? 0) + 1), temperature });
    for (const [id, client] of clients) {
      await sendAll(client, id, id === ids[0] ? measured.slice(-1) : mangle(measured, random));
    }
  }
  for (const client of clients.values()) client.socket.destroy();
  await drained(platform);
  const [clean, mangled] = await Promise.all(ids.map((id) => changesOf(platform, id)));
  const openings = clean?.filter((change) => change === "opened").length;
  mustHold(openings === 3, `the clean series opened ${openings} times: ${clean?.join()}`);
  mustHold(clean?.join() === mangled?.join(), `clean: ${clean?.join()}; mangled: ${mangled?.join()}`);
}

function faultOf(
  given: Pick<Fault, "id" | "title">,
  mangle: Mangle,
  counted: (platform: Platform) => Promise<string>,
): Fault {
  async function run({ rounds, seed, note }: FaultContext): Promise<string> {
    const random = seededRandom(seed);
    const platform = await startPlatform({ environment: { LINLI_CHANNELS_ALLOW: "127.0.0.1" } });
    const receiver = await AlertReceiver.start(() => "take");
    try {
      await arrange(platform, receiver.url);
      for (let round = 1; round <= rounds; round++) {
        await compare(platform, mangle, { round, random });
        note(`round ${round}: the same decisions`);
      }
      return `${rounds} × ${TRUTH.length} readings: the same decisions as for the clean series; ${await counted(platform)}`;
    } finally {
      await platform.dispose();
      await receiver.close();
    }
  }
  return { ...given, rounds: 5, run };
}

async function refusals(platform: Platform): Promise<string> {
  const { total } = await demand<{ total: number }>(platform, "GET", "/api/v1/dead-letters?limit=1");
  mustHold(total > 0, "nothing of what cannot be right was kept as a dead letter");
  return `${total} impossible times kept as dead letters`;
}

export const f09f10: readonly Fault[] = [
  faultOf(
    { id: "F9", title: "devices whose clocks are wrong by a day, ten years, or say nothing at all" },
    confused,
    refusals,
  ),
  faultOf(
    { id: "F10", title: "duplicates × 10, DUP, re-ordering, a week late, the same moment with another value" },
    repeating,
    async () => "no alert more, none less",
  ),
];
