import { connect, type Socket } from "node:net";
import type { BrokerDetails } from "@linli/runtime";
import { connectPacket, publishTemplate } from "@linli/testing";
import { enrol, loggedIn, openClient, type RawClient, statusOf } from "../support/enrolment.ts";
import { eventually, type Platform, startPlatform } from "../support/platform.ts";
import { type Fault, type FaultContext, mustHold, seededRandom } from "./fault.ts";
import { Pulse } from "./pulse.ts";

const IDLE_PER_ROUND = 300;
const FUZZED_PER_ROUND = 200;
const FUZZED_AT_A_TIME = 200;
/** Resident memory, so garbage not collected yet counts as well; half of what one stranger declares. */
const MOST_GROWTH_BYTES = 128 << 20;
const OFFENDER = "offender";
const OWN_TOPIC = `linli/v1/devices/${OFFENDER}/telemetry`;

const deep = Array.from({ length: 200 }, () => "x").join("/");
const many = Array.from({ length: 1_000 }, (_, n) => `linli/v1/devices/${OFFENDER}/commands/c${n}`);

interface Scene {
  readonly platform: Platform;
  readonly token: string;
  readonly random: () => number;
}

type Offence = (scene: Scene) => Promise<void>;

function stranger(platform: Platform, ...bytes: readonly Buffer[]): Socket {
  const socket = connect(platform.mqtt, "127.0.0.1");
  socket.on("error", () => {});
  socket.resume();
  for (const part of bytes) socket.write(part);
  return socket;
}

const closed = (socket: Socket) =>
  eventually("the offender is disconnected", () => socket.destroyed || undefined).then(() => {});

const login = ({ platform, token }: Scene): Promise<RawClient> =>
  loggedIn(platform, { username: OFFENDER, password: token });

/** Keeps `send` going until the connection is ended from the other side. */
async function drip(socket: Socket, send: (n: number) => Buffer): Promise<void> {
  let n = 0;
  const timer = setInterval(() => socket.writable && socket.write(send(n++)), 50);
  await closed(socket).finally(() => clearInterval(timer));
}

/** What a client must not be able to cost, before and after it has said who it is. Each resolves once it is shut out. */
const OFFENCES: Readonly<Record<string, Offence>> = {
  async "256 MB declared, and sent"({ platform }) {
    const socket = stranger(platform, Buffer.from([0x10, 0xff, 0xff, 0xff, 0x7f]));
    await drip(socket, () => Buffer.alloc(1 << 20));
  },
  async "a CONNECT byte by byte"({ platform }) {
    const bytes = connectPacket("slow", "x".repeat(2_000), "x".repeat(2_000));
    await drip(stranger(platform), (n) => bytes.subarray(n, n + 1));
  },
  async HTTP({ platform }) {
    await closed(stranger(platform, Buffer.from("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n")));
  },
  async garbage({ platform, random }) {
    const noise = () => Buffer.from(Array.from({ length: 4_000 }, () => Math.floor(random() * 256)));
    await Promise.all(Array.from({ length: 50 }, () => closed(stranger(platform, noise()))));
  },
  async "a wrong password and then all at once"({ platform }) {
    const client = openClient(platform);
    client.connect({ username: OFFENDER, password: "a guess" });
    client.publish(deep, 1);
    client.subscribe(2, ...many);
    await client.end();
    const heard = client.packets.map((packet) => (packet.cmd === "connack" ? packet.returnCode : packet.cmd));
    mustHold(heard.join() === "4", `a stranger was answered ${heard.join()}`);
  },
  async "a topic of 200 levels"(scene) {
    const client = await login(scene);
    client.publish(deep, 1);
    client.subscribe(2, deep);
    const suback = await client.next("suback");
    mustHold(suback?.cmd !== "suback" || suback.granted[0] === 128, "a filter of 200 levels was granted");
    client.socket.destroy();
  },
  async "a SUBSCRIBE of 1,000 filters"(scene) {
    const client = await login(scene);
    client.subscribe(1, ...many);
    await client.end();
    mustHold(client.packets.length === 0, "a SUBSCRIBE of 1,000 filters was answered");
  },
  async "QoS 2 without a PUBREL"(scene) {
    const client = await login(scene);
    for (let id = 1; id <= 3_000; id++) client.publish(OWN_TOPIC, id, "{}", 2);
    await client.end();
  },
};

/** Packets that a client may send, one after the other. */
function validStream(token: string): Buffer {
  const subscribe = Buffer.from(`\0\0\0\u0022linli/v1/devices/offender/commands/+\u0001`, "latin1");
  subscribe.writeUInt16BE(7, 0);
  subscribe.writeUInt16BE(subscribe.length - 5, 2);
  return Buffer.concat([
    connectPacket("fuzz", OFFENDER, token),
    Buffer.from([0x82, subscribe.length]),
    subscribe,
    publishTemplate(OWN_TOPIC, Buffer.from('{"temperature":1}'), 1).bytes,
    publishTemplate(OWN_TOPIC, Buffer.from('{"temperature":2}'), 2).bytes,
    Buffer.from([0x62, 2, 0, 0, 0xc0, 0, 0xe0, 0]),
  ]);
}

function mutate(valid: Buffer, random: () => number): Buffer {
  let bytes = Buffer.from(valid);
  for (let changes = 1 + Math.floor(random() * 4); changes > 0; changes--) {
    const at = Math.floor(random() * bytes.length);
    const kind = random();
    if (kind < 0.6) bytes[at] = Math.floor(random() * 256);
    else if (kind < 0.75) bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)]);
    else if (kind < 0.9) bytes = Buffer.concat([bytes.subarray(0, at), Buffer.from([0xff, 0x00]), bytes.subarray(at)]);
    else bytes = bytes.subarray(0, at + 1);
  }
  return bytes;
}

/** Broken streams, each half-closed behind its last byte: the broker must end every one. */
async function fuzz({ platform, token, random }: Scene, count: number): Promise<void> {
  const valid = validStream(token);
  for (let done = 0; done < count; done += FUZZED_AT_A_TIME) {
    const sockets = Array.from({ length: FUZZED_AT_A_TIME }, () => stranger(platform, mutate(valid, random)));
    for (const socket of sockets) socket.end();
    await Promise.all(sockets.map(closed));
  }
}

async function idle({ platform }: Scene, count: number): Promise<void> {
  const sockets = Array.from({ length: count }, () => stranger(platform));
  await Promise.all(sockets.map(closed));
}

/** The broker's memory at its highest. */
class MemoryWatch {
  highest = 0;
  readonly #platform: Platform;
  readonly #timer: NodeJS.Timeout;

  constructor(platform: Platform) {
    this.#platform = platform;
    this.#timer = setInterval(() => void this.look().catch(() => {}), 200);
  }

  async look(): Promise<number> {
    const { rssBytes } = await statusOf<BrokerDetails>(this.#platform, "broker");
    this.highest = Math.max(this.highest, rssBytes);
    return rssBytes;
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}

async function run({ rounds, seed, note }: FaultContext): Promise<string> {
  const platform = await startPlatform();
  let memory: MemoryWatch | undefined;
  let pulse: Pulse | undefined;
  try {
    const [token = ""] = (await enrol(platform, { placeId: "yard", ids: [OFFENDER] })).values();
    const scene = { platform, token, random: seededRandom(seed) };
    pulse = await Pulse.start(platform, { size: 5, beatMs: 10 });
    const pid = await platform.pidOf("broker");
    await fuzz(scene, FUZZED_AT_A_TIME); // what is loaded at the first use is no growth
    memory = new MemoryWatch(platform);
    const before = await memory.look();
    const slowest = { name: "", ms: 0 };
    const timed = async (name: string, offence: Promise<void>) => {
      const begun = performance.now();
      await offence.catch((error: unknown) => {
        throw new Error(`${name}: ${(error as Error).message}`, { cause: error });
      });
      const ms = Math.round(performance.now() - begun);
      note(`${name}: shut out after ${ms} ms`);
      if (ms > slowest.ms) Object.assign(slowest, { name, ms });
    };
    const idleSockets = IDLE_PER_ROUND * rounds;
    const fuzzed = FUZZED_PER_ROUND * rounds;
    await Promise.all([
      timed(`${idleSockets} idle sockets`, idle(scene, idleSockets)),
      ...Object.entries(OFFENCES).map(([name, offence]) => timed(name, offence(scene))),
    ]);
    await fuzz(scene, fuzzed);
    mustHold((await platform.pidOf("broker")) === pid, "the broker died");
    await memory.look();
    const grown = memory.highest - before;
    mustHold(grown < MOST_GROWTH_BYTES, `the broker grew by ${grown >> 20} MB`);
    const { details } = await statusOf<BrokerDetails>(platform, "broker");
    const refused = Object.values(details.refused).reduce((sum, count) => sum + count, 0);
    const others = await pulse.stop();
    return `${idleSockets} idle sockets, ${Object.keys(OFFENCES).length} offences, ${fuzzed} broken streams, ${refused} refusals; slowest to be shut out: ${slowest.name}, ${(slowest.ms / 1_000).toFixed(1)} s; broker at most +${grown >> 20} MB; ${others}`;
  } finally {
    memory?.stop();
    pulse?.cancel();
    await platform.dispose();
  }
}

export const f14: Fault = {
  id: "F14",
  title: "strangers: idle, slow, oversized, malformed and greedy clients beside honest ones",
  rounds: 16,
  run,
};
