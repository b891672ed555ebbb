import { join } from "node:path";
import type { Command } from "@linli/model";
import { type Author, type CommandStore, openSqliteState } from "@linli/stores";
import { demand, enrol, loggedIn, type RawClient } from "../support/enrolment.ts";
import { eventually, type Platform, startPlatform } from "../support/platform.ts";
import { type Fault, type FaultContext, mustHold, seededRandom } from "./fault.ts";
import { drained } from "./load.ts";

/** Each a prefix of others, or told apart by one character that means something elsewhere. */
const IDS = ["d", "d1", "d11", "d111", "d12", "d1-1", "d1_1", "d1.1", "d2"] as const;
const PENDING_PER_ROUND = 500;
/** Every so many-th command has expired before anybody can fetch it. */
const EXPIRED_EVERY = 10;

type Delivery = Extract<RawClient["packets"][number], { cmd: "publish" }>;

interface Device {
  readonly id: string;
  readonly token: string;
  /** Ids of what it still has to get, in the order of creation. */
  waiting: string[];
}

/** The second device has as many as all others together: more than a session holds at a time. */
function deviceAt(n: number, devices: readonly Device[]): Device {
  return devices[n % 2 === 0 ? 1 : Math.floor(n / 2) % devices.length] as Device;
}

async function order(commands: CommandStore, devices: readonly Device[], count: number): Promise<Set<string>> {
  const author: Author = { id: "fault", type: "system", at: Date.now() };
  const expired = new Set<string>();
  for (let n = 0; n < count; n++) {
    const device = deviceAt(n, devices);
    const id = `c${n}`;
    const isExpired = n % EXPIRED_EVERY === 0;
    const expiresAt = isExpired ? author.at + 1 : author.at + 3_600_000;
    await commands.create({ id, deviceId: device.id, name: "reboot", args: {}, expiresAt }, author);
    if (isExpired) expired.add(id);
    else device.waiting.push(id);
  }
  return expired;
}

/** A new session of a device that takes what comes, and what came in it. */
class Session {
  readonly received: string[] = [];
  readonly client: RawClient;
  readonly #device: Device;

  private constructor(client: RawClient, device: Device) {
    this.client = client;
    this.#device = device;
  }

  static async open(platform: Platform, device: Device): Promise<Session> {
    const client = await loggedIn(platform, { username: device.id, password: device.token });
    client.subscribe(1, `linli/v1/devices/${device.id}/commands/+`);
    return new Session(client, device);
  }

  /** Takes one command and acknowledges it; undefined when the connection has ended. */
  async take(): Promise<string | undefined> {
    const delivery = (await this.client.next("publish")) as Delivery | undefined;
    if (!delivery) return undefined;
    const prefix = `linli/v1/devices/${this.#device.id}/commands/`;
    mustHold(delivery.topic.startsWith(prefix), `${this.#device.id} was given ${delivery.topic}`);
    const id = delivery.topic.slice(prefix.length);
    this.received.push(id);
    if (delivery.messageId !== undefined) this.client.send({ cmd: "puback", messageId: delivery.messageId });
    return id;
  }

  /** Answers commands; resolves when the answers are on disk. */
  async answer(ids: readonly string[]): Promise<void> {
    for (const [n, id] of ids.entries()) {
      const topic = `linli/v1/devices/${this.#device.id}/commands/${id}/result`;
      this.client.publish(topic, n + 1, '{"ok":true}');
    }
    for (const _ of ids) await this.client.next("puback");
  }
}

/** Lets deliveries begin, and kills the broker in the middle of them. */
async function killAmidst(platform: Platform, devices: readonly Device[], after: number): Promise<number> {
  const pid = await eventually("the broker runs", () => platform.pidOf("broker"));
  const sessions = await Promise.all(devices.map((device) => Session.open(platform, device)));
  let taken = 0;
  const takeAll = async (session: Session) => {
    while ((await session.take()) !== undefined) if (++taken === after) process.kill(pid, "SIGKILL");
  };
  await Promise.all(sessions.map(takeAll));
  return taken;
}

/** A new session must bring exactly what waits, in order, and then a command that is ordered only now. */
async function expectAll(platform: Platform, device: Device): Promise<Session> {
  const session = await Session.open(platform, device);
  const { command } = await demand<{ command: Command }>(platform, "POST", `/api/v1/devices/${device.id}/commands`, {
    name: "reboot",
  });
  for (let id: string | undefined = ""; id !== command.id; ) {
    id = await session.take();
    if (id === undefined) throw new Error(`${device.id} was disconnected amidst its commands`);
  }
  await session.answer([command.id]);
  const got = session.received.slice(0, -1);
  const at = device.waiting.findIndex((id, n) => got[n] !== id);
  const first = at === -1 ? device.waiting.length : at;
  const verdict = `${device.id}: ${got.length} of ${device.waiting.length} commands came again; at ${first} came ${got[first]} instead of ${device.waiting[first]}`;
  mustHold(got.length === device.waiting.length && at === -1, verdict);
  return session;
}

async function run({ rounds, seed, note }: FaultContext): Promise<string> {
  const random = seededRandom(seed);
  const pending = rounds * PENDING_PER_ROUND;
  const platform = await startPlatform();
  try {
    const tokens = await enrol(platform, { placeId: "yard", ids: IDS });
    const devices = [...tokens].map(([id, token]): Device => ({ id, token, waiting: [] }));
    const state = await openSqliteState({ file: join(platform.dataDir, "state.db") });
    const expired = await order(state.commands, devices, pending);
    await state.close();
    let redelivered = 0;
    for (let n = 1; n <= rounds; n++) {
      const left = devices.reduce((sum, { waiting }) => sum + waiting.length, 0);
      const taken = await killAmidst(platform, devices, 1 + Math.floor(random() * left * 0.8));
      note(`round ${n}: ${left} pending, broker killed when ${taken} were delivered`);
      for (const device of devices) {
        const session = await expectAll(platform, device);
        redelivered += device.waiting.length;
        const share = Math.ceil(device.waiting.length / (rounds - n + 2));
        await session.answer(device.waiting.splice(0, share));
        session.client.socket.destroy();
      }
      await drained(platform);
    }
    for (const device of devices) (await expectAll(platform, device)).client.socket.destroy();
    const left = devices.reduce((sum, { waiting }) => sum + waiting.length, 0);
    return `${pending} commands of ${IDS.length} devices, ${rounds} × kill -9 of the broker: ${redelivered} delivered again in order, ${pending - expired.size - left} answered and never again, ${expired.size} expired and never`;
  } finally {
    await platform.dispose();
  }
}

export const f08: Fault = {
  id: "F8",
  title: "pending commands of devices whose ids are prefixes of each other, broker killed",
  rounds: 20,
  run,
};
