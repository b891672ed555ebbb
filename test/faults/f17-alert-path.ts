import { arrange, RULE, report } from "../support/alert-path.ts";
import { AlertReceiver, type Arrival, type Manner } from "../support/alert-receiver.ts";
import { enrol } from "../support/enrolment.ts";
import { eventually, type Platform, startPlatform } from "../support/platform.ts";
import { type Fault, type FaultContext, mustHold, seededRandom } from "./fault.ts";

const VICTIMS = ["broker", "ingest", "notify"] as const;
/** A message is on its way for about so long when nobody is killed. */
const WITHIN_MS = 500;
const DEVICES_EACH = 5;

const about = (deviceId: string) => (arrival: Arrival) => arrival.message.alerts[0]?.deviceId === deviceId;

function isAboutOurRule({ message }: Arrival): boolean {
  return message.alerts[0]?.ruleId === RULE;
}

interface Round {
  readonly platform: Platform;
  readonly receiver: AlertReceiver;
  /** Tokens by device. */
  readonly devices: ReadonlyMap<string, string>;
  readonly random: () => number;
}

/** One that is being started again has no pid, or one that is gone. */
async function kill(platform: Platform, victim: string): Promise<void> {
  await eventually(`${victim} is killed`, async () => {
    const pid = await platform.pidOf(victim);
    return pid === undefined ? undefined : process.kill(pid, "SIGKILL");
  });
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Every device reports a value at a moment of its own while one process is killed; waits until somebody was told of each. */
async function tellThrough(
  { platform, receiver, devices, random }: Round,
  temperature: number,
  occasion: "opened" | "cleared",
): Promise<void> {
  const victim = VICTIMS[Math.floor(random() * VICTIMS.length)] ?? "notify";
  const moment = () => sleep(random() * WITHIN_MS);
  const reports = [...devices].map(([id, token]) => moment().then(() => report(platform, id, token, temperature)));
  await Promise.all([moment().then(() => kill(platform, victim)), ...reports]);
  for (const id of devices.keys()) {
    await eventually(`${id}: ${occasion} is told after ${victim} was killed`, () => {
      const told = receiver.arrivals.some((arrival) => about(id)(arrival) && arrival.message.occasion === occasion);
      return told || undefined;
    });
  }
}

/** Each episode: told that it began, then that it is over; whatever came twice came under the same key. */
function judge(arrivals: readonly Arrival[], deviceIds: readonly string[]): number {
  const said = new Map<string, string>();
  let repeats = 0;
  for (const { id, message } of arrivals) {
    const line = `${message.occasion} ${message.alerts[0]?.id}`;
    const known = said.get(id);
    mustHold(known === undefined || known === line, `${id} said "${known}" first and then "${line}"`);
    if (known !== undefined) repeats += 1;
    said.set(id, line);
  }
  for (const deviceId of deviceIds) {
    const own = arrivals.filter(about(deviceId));
    const alerts = new Set(own.map(({ message }) => message.alerts[0]?.id));
    mustHold(alerts.size === 1, `${deviceId}: ${alerts.size} alerts were told, one had happened`);
    const keys = (occasion: string) =>
      new Set(own.filter(({ message }) => message.occasion === occasion).map(({ id }) => id));
    mustHold(keys("opened").size === 1, `${deviceId}: the beginning was told under ${keys("opened").size} keys`);
    mustHold(keys("cleared").size === 1, `${deviceId}: the end was told under ${keys("cleared").size} keys`);
    const order = own.map(({ message }) => message.occasion);
    mustHold(
      order.lastIndexOf("opened") < order.indexOf("cleared"),
      `${deviceId}: told out of order: ${order.join(", ")}`,
    );
  }
  return repeats;
}

async function run({ rounds, seed, note }: FaultContext): Promise<string> {
  const random = seededRandom(seed);
  const manner = (): Manner => {
    const chance = random();
    return chance < 0.15 ? "busy" : chance < 0.25 ? "lose" : "take";
  };
  const platform = await startPlatform({ environment: { LINLI_CHANNELS_ALLOW: "127.0.0.1" } });
  const receiver = await AlertReceiver.start(manner);
  try {
    await arrange(platform, receiver.url);
    const ids = Array.from({ length: rounds * DEVICES_EACH }, (_, n) => `hot-${n}`);
    const tokens = await enrol(platform, { placeId: "hot", ids });
    for (let n = 0; n < rounds; n++) {
      const devices = new Map([...tokens].slice(n * DEVICES_EACH, (n + 1) * DEVICES_EACH));
      const round = { platform, receiver, devices, random };
      await Promise.all([...devices].map(([id, token]) => report(platform, id, token, 20)));
      await tellThrough(round, 60, "opened");
      await tellThrough(round, 20, "cleared");
      note(`round ${n + 1}: ${DEVICES_EACH} told of, and told that they are over`);
    }
    const arrivals = receiver.arrivals.filter(isAboutOurRule);
    const repeats = judge(arrivals, ids);
    const { refused, lost } = receiver;
    const told = `${ids.length} beginnings and as many ends told in order, ${repeats} repeats, all under the same key`;
    return `${2 * rounds} × kill -9 on the way, ${refused} × 500, ${lost} answers lost: ${told}`;
  } finally {
    await platform.dispose();
    await receiver.close();
  }
}

export const f17: Fault = {
  id: "F17",
  title: "kill -9 of broker, ingest and notify on the way from a reading to a person, whose channel fails too",
  rounds: 100,
  run,
};
