import { type DeadLetterReason, type Device, formatTopic } from "@linli/model";
import type { SupervisorDetails } from "@linli/runtime";
import { demand, enrol, loggedIn, type RawClient, statusOf } from "../support/enrolment.ts";
import { type Platform, startPlatform } from "../support/platform.ts";
import { type Fault, type FaultContext, mustHold, seededRandom } from "./fault.ts";
import { drained } from "./load.ts";
import { garbage, POISON } from "./poison-cases.ts";

const PLACE = "poison";
const GARBAGE_DEVICE = "garbage";
const MENDED_DEVICE = "mended";
/** A good message before and one behind each poison, by the same device. */
const NEIGHBOURS = [41, 42] as const;

interface Letter {
  readonly id: string;
  readonly reason: DeadLetterReason;
  readonly replayedAt: number | null;
}

const caseDevice = (index: number) => `case-${index}`;

/** Resolves when the broker has acknowledged the message. */
async function publish(client: RawClient, deviceId: string, messageId: number, payload: Buffer): Promise<void> {
  const topic = formatTopic({ type: "telemetry", deviceId });
  client.send({ cmd: "publish", topic, payload, qos: 1, messageId, retain: false, dup: false });
  mustHold((await client.next("puback")) !== undefined, `${deviceId}: connection closed at message ${messageId}`);
}

/** Sends each of them between two good neighbours. */
async function feed(platform: Platform, [deviceId, token]: [string, string], poison: readonly Buffer[]) {
  const client = await loggedIn(platform, { username: deviceId, password: token });
  const firstAt = Date.now();
  let messageId = 1;
  const good = (humidity: number) =>
    publish(client, deviceId, messageId, Buffer.from(JSON.stringify({ ts: firstAt + messageId++, humidity })));
  for (const payload of poison) {
    await good(NEIGHBOURS[0]);
    await publish(client, deviceId, messageId++, payload);
    await good(NEIGHBOURS[1]);
  }
  client.socket.end();
}

async function lettersOf(platform: Platform, deviceId: string): Promise<Letter[]> {
  const path = `/api/v1/dead-letters?deviceId=${deviceId}&limit=200`;
  return (await demand<{ items: Letter[] }>(platform, "GET", path)).items;
}

interface Readings {
  readonly points: Readonly<Record<string, { readonly samples: readonly (readonly [number, unknown])[] }>>;
}

async function valuesOf(platform: Platform, deviceId: string, point: string, from: number): Promise<unknown[]> {
  const path = `/api/v1/devices/${deviceId}/readings?points=${point}&from=${from}&to=${Date.now() + 60_000}&limit=10000`;
  const { points } = await demand<Readings>(platform, "GET", path);
  return points[point]?.samples.map(([, value]) => value) ?? [];
}

/** Names what was not as it has to be. */
async function judgeCase(platform: Platform, index: number, since: number, rounds: number): Promise<number> {
  const found = POISON[index];
  if (!found) return 0;
  const { name, reasons, kept = {} } = found;
  const deviceId = caseDevice(index);
  const letters = (await lettersOf(platform, deviceId)).map(({ reason }) => reason).toSorted();
  const expected = Array.from({ length: rounds }, () => reasons)
    .flat()
    .toSorted();
  mustHold(letters.join() === expected.join(), `${name}: dead letters ${letters.join() || "none"}`);
  const neighbours = await valuesOf(platform, deviceId, "humidity", since);
  mustHold(neighbours.length === NEIGHBOURS.length * rounds, `${name}: ${neighbours.length} neighbours stored`);
  for (const [point, value] of Object.entries(kept)) {
    const stored = await valuesOf(platform, deviceId, point, since);
    mustHold(stored.length === rounds && stored.every((one) => one === value), `${name}: ${point} = ${stored.join()}`);
  }
  return letters.length;
}

async function declare(platform: Platform, deviceId: string, extraPoints: Device["extraPoints"]): Promise<void> {
  const { version } = await demand<Device>(platform, "GET", `/api/v1/devices/${deviceId}`);
  await demand(platform, "PATCH", `/api/v1/devices/${deviceId}`, { version, extraPoints });
}

/** A value that its declaration refuses, the declaration mended, the dead letter replayed. */
async function replayAfterMending(platform: Platform, token: string, since: number): Promise<void> {
  await declare(platform, MENDED_DEVICE, { label: { type: "integer" } });
  await feed(platform, [MENDED_DEVICE, token], [Buffer.from('{"label":"north gate"}')]);
  await drained(platform);
  const [letter] = await lettersOf(platform, MENDED_DEVICE);
  mustHold(letter?.reason === "not-a-number", `a text for an integer: ${letter?.reason ?? "no dead letter"}`);
  await declare(platform, MENDED_DEVICE, { label: { type: "string" } });
  await demand(platform, "POST", "/api/v1/dead-letters/replay", { ids: [letter?.id] });
  await drained(platform);
  const labels = await valuesOf(platform, MENDED_DEVICE, "label", since);
  mustHold(labels.join() === "north gate", `replayed: label = ${labels.join() || "nothing"}`);
  const [after, ...more] = await lettersOf(platform, MENDED_DEVICE);
  mustHold(after?.replayedAt != null && more.length === 0, "the replayed letter is not marked, or came back");
}

const lives = async (platform: Platform) =>
  JSON.stringify(
    Object.entries((await statusOf<SupervisorDetails>(platform, "supervisor")).details.processes).map(
      ([name, { pid, restarts }]) => [name, pid, restarts],
    ),
  );

async function run({ rounds, seed, note }: FaultContext): Promise<string> {
  const random = seededRandom(seed);
  const since = Date.now() - 60_000;
  const platform = await startPlatform();
  try {
    const ids = [...POISON.keys()].map(caseDevice);
    const tokens = await enrol(platform, { placeId: PLACE, ids: [...ids, GARBAGE_DEVICE, MENDED_DEVICE] });
    for (const id of ids) await declare(platform, id, { boots: { type: "integer" } });
    const before = await lives(platform);
    const tokenOf = (id: string): [string, string] => [id, tokens.get(id) ?? ""];
    let fed = 0;
    for (let n = 0; n < rounds; n++) {
      const nonsense = garbage(random);
      const poison = POISON.map(({ payload }, index) => feed(platform, tokenOf(caseDevice(index)), [payload]));
      await Promise.all([...poison, feed(platform, tokenOf(GARBAGE_DEVICE), nonsense)]);
      fed += nonsense.length;
      note(`round ${n + 1}: ${poison.length} cases and ${nonsense.length} pieces of garbage, each between neighbours`);
    }
    await drained(platform);

    let letters = 0;
    for (const index of POISON.keys()) letters += await judgeCase(platform, index, since, rounds);
    const refused = (await lettersOf(platform, GARBAGE_DEVICE)).length;
    mustHold(refused >= Math.min(fed, 200), `${fed} pieces of garbage, ${refused} dead letters`);
    const beside = (await valuesOf(platform, GARBAGE_DEVICE, "humidity", since)).length;
    mustHold(beside === fed * NEIGHBOURS.length, `${beside} neighbours of ${fed} pieces of garbage stored`);
    await replayAfterMending(platform, tokens.get(MENDED_DEVICE) ?? "", since);
    mustHold((await lives(platform)) === before, `a process was restarted: ${before} → ${await lives(platform)}`);
    const sent = rounds * POISON.length + fed;
    return `${sent} poison messages: ${letters + refused} dead letters, ${sent * 2} neighbours stored, one mended and replayed`;
  } finally {
    await platform.dispose();
  }
}

export const f11: Fault = {
  id: "F11",
  title: "poison payloads between good messages",
  rounds: 5,
  run,
};
