import { connect, type Socket } from "node:net";
import type { Stats } from "@linli/model";
import type { BrokerDetails } from "@linli/runtime";
import { demand, loggedIn, statusOf } from "../support/enrolment.ts";
import { eventually, type Platform, startPlatform } from "../support/platform.ts";
import { type Fault, type FaultContext, mustHold } from "./fault.ts";
import { Pulse } from "./pulse.ts";

const DEVICES = 20;
/** Undeclared texts in every message: states that soon fill the buffers of whoever does not read. */
const TEXTS = 30;
const MEMBERS = Array.from({ length: TEXTS }, (_, n) => `"text${n}":"${"x".repeat(250)}"`).join(",");
const BEAT_MS = 25;
const SIP_BYTES = 1_000;
/** What the victims may cost a process; states are some hundred kilobytes in all. */
const MOST_GROWTH_BYTES = 192 << 20;

/** Subscribes to all states and reads no more than `bytesPerSecond` from then on. */
async function slowSubscriber(platform: Platform, bytesPerSecond: number): Promise<Socket> {
  const clientId = `slow-${bytesPerSecond}`;
  const { socket, next } = await subscriber(platform, clientId);
  await next();
  socket.removeAllListeners("data");
  socket.pause();
  const sip = () => void socket.read(bytesPerSecond);
  const timer = bytesPerSecond > 0 ? setInterval(sip, 1_000) : undefined;
  socket.once("close", () => clearInterval(timer));
  return socket;
}

async function subscriber(platform: Platform, clientId: string) {
  const client = await loggedIn(platform, { username: "api", password: platform.token, clientId });
  client.subscribe(1, "linli/v1/state/+");
  await client.next("suback");
  return { socket: client.socket, next: () => client.next("publish") };
}

/** Opens the event stream the way a browser does; `onBytes` undefined = nothing of it is ever read. */
function openStream({ http, token }: Platform, onBytes?: (count: number) => void): Socket {
  const socket = connect(http, "127.0.0.1");
  socket.on("error", () => {});
  socket.write(`GET /api/v1/events/stream HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n\r\n`);
  if (onBytes) socket.on("data", (chunk: Buffer) => onBytes(chunk.length));
  else socket.pause();
  return socket;
}

async function memoryOf(platform: Platform): Promise<{ broker: number; api: number }> {
  const { processes } = await demand<Stats>(platform, "GET", "/api/v1/stats");
  return { broker: processes.broker?.rssBytes ?? 0, api: processes.api?.rssBytes ?? 0 };
}

const streamsOf = async (platform: Platform) => (await statusOf<{ streams: number }>(platform, "api")).details.streams;

async function strike(platform: Platform, healthy: { states: number; bytes: number }): Promise<Record<string, number>> {
  const begun = performance.now();
  const slowBefore = await slowReaders(platform);
  const streamsBefore = await streamsOf(platform);
  const victims = await Promise.all([slowSubscriber(platform, 0), slowSubscriber(platform, SIP_BYTES)]);
  const browser = openStream(platform);
  await eventually(
    "the browser's stream is open",
    async () => (await streamsOf(platform)) > streamsBefore || undefined,
  );
  const took: Record<string, number> = {};
  const noted = (name: string) => (took[name] ??= Math.round(performance.now() - begun));
  const before = { ...healthy };
  await eventually("slow readers are cut off", async () => {
    const slow = (await slowReaders(platform)) - slowBefore;
    if (slow >= 1) noted("first subscriber");
    if (slow >= victims.length) noted("second subscriber");
    if ((await streamsOf(platform)) <= streamsBefore) noted("browser");
    return Object.keys(took).length === 3 || undefined;
  });
  mustHold(healthy.states > before.states, "a subscriber that reads got no states meanwhile");
  mustHold(healthy.bytes > before.bytes, "a browser that reads got nothing meanwhile");
  for (const victim of [...victims, browser]) {
    victim.resume(); // whoever reads on finds the end of what was sent before it was cut off
    await eventually("the victim sees the end", () => victim.destroyed || undefined);
  }
  return took;
}

async function slowReaders(platform: Platform): Promise<number> {
  return (await statusOf<BrokerDetails>(platform, "broker")).details.refused["slow-reader"] ?? 0;
}

async function run({ rounds, note }: FaultContext): Promise<string> {
  const platform = await startPlatform();
  let pulse: Pulse | undefined;
  try {
    pulse = await Pulse.start(platform, { size: DEVICES, members: MEMBERS, beatMs: BEAT_MS });
    const healthy = { states: 0, bytes: 0 };
    const reader = await subscriber(platform, "reader");
    reader.socket.on("data", () => healthy.states++);
    const stream = openStream(platform, (count) => (healthy.bytes += count));
    await eventually("states flow", () => (healthy.states > 0 && healthy.bytes > 0) || undefined);
    const before = await memoryOf(platform);
    const worst: Record<string, number> = {};
    for (let n = 1; n <= rounds; n++) {
      const took = await strike(platform, healthy);
      for (const [name, ms] of Object.entries(took)) worst[name] = Math.max(worst[name] ?? 0, ms);
      note(`round ${n}: cut off after ${JSON.stringify(took)} ms`);
    }
    const after = await memoryOf(platform);
    mustHold(!reader.socket.destroyed && !stream.destroyed, "a reader that keeps up was disconnected");
    for (const name of ["broker", "api"] as const) {
      const grown = after[name] - before[name];
      mustHold(grown < MOST_GROWTH_BYTES, `${name} grew by ${grown >> 20} MB`);
    }
    const others = await pulse.stop();
    const seconds = Object.entries(worst).map(([name, ms]) => `${name} ${(ms / 1_000).toFixed(1)} s`);
    const grown = `broker ${mb(after.broker - before.broker)}, api ${mb(after.api - before.api)}`;
    return `${rounds} × slow readers cut off: ${seconds.join(", ")}; memory ${grown}; ${others}`;
  } finally {
    pulse?.cancel();
    await platform.dispose();
  }
}

const mb = (bytes: number) => `${bytes < 0 ? "" : "+"}${(bytes / 2 ** 20).toFixed(0)} MB`;

export const f13: Fault = {
  id: "F13",
  title: "a frozen subscriber, one that reads 1 KB/s, and a browser that never reads its event stream",
  rounds: 5,
  run,
};
