import { connect, type Socket } from "node:net";
import type { Command } from "@linli/model";
import { FIRST_SERIAL, type RawPublisher } from "@linli/testing";
import { demand, loggedIn, openClient, type RawClient } from "../support/enrolment.ts";
import { createFleet, storedSerials } from "../support/fleet.ts";
import { eventually, type Platform, startPlatform } from "../support/platform.ts";
import { type Fault, type FaultContext, mustHold } from "./fault.ts";
import { drained } from "./load.ts";

interface Issued {
  readonly token: string;
  readonly credential: { readonly id: string };
}

/** How a device's right can end; each resolves when the API has said that it has. */
const WAYS: Readonly<Record<string, (platform: Platform, deviceId: string) => Promise<void>>> = {
  async revoked(platform, deviceId) {
    const path = `/api/v1/devices/${deviceId}/credentials`;
    const { items } = await demand<{ items: { id: string }[] }>(platform, "GET", path);
    for (const { id } of items) await demand(platform, "DELETE", `${path}/${id}`);
  },
  async rotated(platform, deviceId) {
    await demand(platform, "POST", `/api/v1/devices/${deviceId}/credentials/rotate`, { grace: "1ms" });
  },
  async retired(platform, deviceId) {
    await demand(platform, "DELETE", `/api/v1/devices/${deviceId}`);
  },
};

/** A command whose device never takes it, in a session that is remembered. */
async function queueCommands(platform: Platform, deviceId: string, token: string): Promise<RawClient> {
  const login = { username: deviceId, password: token, clientId: "remembered", clean: false };
  const client = await loggedIn(platform, login);
  client.subscribe(1, `linli/v1/devices/${deviceId}/commands/+`);
  await client.next("suback");
  for (let n = 0; n < 3; n++) {
    await demand<{ command: Command }>(platform, "POST", `/api/v1/devices/${deviceId}/commands`, { name: "reboot" });
  }
  mustHold((await client.next("publish")) !== undefined, `${deviceId} got no command while it had the right to`);
  return client;
}

async function refusal(platform: Platform, username: string, password: string): Promise<number | undefined> {
  const client = openClient(platform);
  const code = await client.login({ username, password, clientId: "remembered", clean: false });
  client.socket.destroy();
  return code;
}

/** Ends the right of a device amidst its messages; resolves with how long its sessions lived on. */
async function endDevice(platform: Platform, way: string, n: number): Promise<number> {
  const options = { size: 1, qos: 1, window: 5, firstAt: Date.now() - 3_600_000, prefix: `${way}-${n}` } as const;
  const [[deviceId, publisher] = []] = await createFleet(platform, { ...options });
  if (!deviceId || !publisher) throw new Error("no device");
  const { token } = await demand<Issued>(platform, "POST", `/api/v1/devices/${deviceId}/credentials`);
  const follower = await queueCommands(platform, deviceId, token);
  await eventually("it connects", async () => (await publisher.connect()) || undefined);
  const beat = setInterval(() => publisher.sendUpTo(publisher.sent + 5), 5);
  try {
    await eventually("messages flow", () => publisher.acknowledged.size > 20 || undefined);
    await WAYS[way]?.(platform, deviceId);
    const begun = performance.now();
    await eventually(`${way}: both sessions end`, () => (follower.closed && !publisher.connected) || undefined);
    const livedOn = performance.now() - begun;
    mustHold((await refusal(platform, deviceId, token)) !== 0, `${way}: let in again`);
    mustHold(!(await publisher.connect()), `${way}: the publisher was let in again`);
    await drained(platform);
    await expectSilence(platform, { way, deviceId, publisher });
    return livedOn;
  } finally {
    clearInterval(beat);
    publisher.close(true);
    follower.socket.destroy();
  }
}

interface Ended {
  readonly way: string;
  readonly deviceId: string;
  readonly publisher: RawPublisher;
}

/** Nothing of it is stored beyond what it had sent when it was cut off, and no command waits for it in the old session. */
async function expectSilence(platform: Platform, { way, deviceId, publisher }: Ended): Promise<void> {
  const sentBefore = publisher.sent;
  publisher.sendUpTo(sentBefore + 100);
  const stored = await storedSerials(platform, deviceId, publisher);
  const newest = stored.reduce((most, serial) => Math.max(most, serial), 0);
  mustHold(newest < FIRST_SERIAL + sentBefore, `${way}: stored after its right had ended`);
  const unique = new Set(stored);
  // what came before the retirement and is read only after it is kept as a dead letter
  const letters = await demand<{ items: unknown[] }>(
    platform,
    "GET",
    `/api/v1/dead-letters?deviceId=${deviceId}&reason=unknown-device&limit=1000`,
  );
  const lost = [...publisher.acknowledged].filter((serial) => !unique.has(serial)).length - letters.items.length;
  mustHold(lost <= 0, `${way}: ${lost} acknowledged before and lost`);
  if (way === "retired") return;
  // a new credential makes a new beginning: of the old session not even its filters are left
  const { token } = await demand<Issued>(platform, "POST", `/api/v1/devices/${deviceId}/credentials`);
  const login = { username: deviceId, password: token, clientId: "remembered", clean: false };
  const client = openClient(platform);
  client.connect(login);
  const connack = await client.next("connack");
  client.socket.destroy();
  mustHold(connack?.cmd === "connack" && connack.returnCode === 0, `${way}: a new credential is refused`);
  mustHold(connack?.cmd === "connack" && !connack.sessionPresent, `${way}: the old session lives on in the new one`);
}

/** The old token of a rotation goes on until its end, and not beyond. */
async function rotateWithGrace(platform: Platform, n: number): Promise<void> {
  const [[deviceId] = []] = await createFleet(platform, {
    ...{ size: 1, qos: 1, window: 1, firstAt: Date.now(), prefix: `grace-${n}` },
  });
  const path = `/api/v1/devices/${deviceId}/credentials`;
  const { token: old } = await demand<Issued>(platform, "POST", path);
  const session = await loggedIn(platform, { username: String(deviceId), password: old });
  const rotated = await demand<Issued>(platform, "POST", `${path}/rotate`, { grace: "3s" });
  const again = await refusal(platform, String(deviceId), old);
  mustHold(again === 0 && !session.closed, "the old token of a rotation ended before its time");
  await eventually("the old token's session ends", () => session.closed || undefined);
  mustHold((await refusal(platform, String(deviceId), old)) !== 0, "the old token of a rotation works beyond its end");
  mustHold((await refusal(platform, String(deviceId), rotated.token)) === 0, "the new token of a rotation is refused");
}

function openStream({ http }: Platform, header: string): Socket {
  const socket = connect(http, "127.0.0.1");
  socket.on("error", () => {});
  socket.write(`GET /api/v1/events/stream HTTP/1.1\r\nHost: x\r\n${header}\r\n\r\n`);
  return socket;
}

/** Opens a stream with this header, ends its right, and waits until the stream ends and the next call is refused. */
async function endStream(platform: Platform, header: string, end: () => Promise<unknown>): Promise<number> {
  const [name = "", value = ""] = header.split(": ");
  const ask = () => fetch(`http://127.0.0.1:${platform.http}/api/v1/session`, { headers: { [name]: value } });
  mustHold((await ask()).status === 200, `${name}: not let in`);
  const stream = openStream(platform, header);
  let heard = "";
  stream.on("data", (chunk: Buffer) => (heard += chunk.toString()));
  await eventually("the stream says hello", () => heard.includes("event: hello") || undefined);
  await end();
  const begun = performance.now();
  mustHold((await ask()).status === 401, `${name}: a call after its right had ended was answered`);
  await eventually(`${name}: the stream ends`, () => stream.destroyed || undefined);
  return performance.now() - begun;
}

async function endToken(platform: Platform): Promise<number> {
  const grants = [{ role: "viewer", placeId: null }];
  const made = { name: "short-lived", grants };
  const issued = await demand<{ token: string; apiToken: { id: string } }>(platform, "POST", "/api/v1/tokens", made);
  const integrator = await loggedIn(platform, { username: "api", password: issued.token });
  integrator.subscribe(1, "linli/v1/state/+");
  const took = await endStream(platform, `Authorization: Bearer ${issued.token}`, () =>
    demand(platform, "DELETE", `/api/v1/tokens/${issued.apiToken.id}`),
  );
  await eventually("the token's MQTT session ends", () => integrator.closed || undefined);
  mustHold((await refusal(platform, "api", issued.token)) !== 0, "a revoked API token was let in over MQTT");
  return took;
}

async function endPerson(platform: Platform, n: number): Promise<number> {
  const person = { id: `guest-${n}`, name: "Guest", language: "en", password: "a long password" };
  await demand(platform, "POST", "/api/v1/people", { ...person, grants: [{ role: "viewer", placeId: null }] });
  const answer = await fetch(`http://127.0.0.1:${platform.http}/api/v1/session`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ name: person.id, password: person.password }),
  });
  const cookie = answer.headers.get("set-cookie")?.split(";")[0] ?? "";
  return endStream(platform, `Cookie: ${cookie}`, () =>
    demand(platform, "PATCH", `/api/v1/people/${person.id}`, { disabled: true }),
  );
}

async function run({ rounds, note }: FaultContext): Promise<string> {
  const platform = await startPlatform();
  try {
    const longest = new Map<string, number>();
    const noted = (what: string, ms: number) => longest.set(what, Math.max(longest.get(what) ?? 0, Math.round(ms)));
    for (let n = 1; n <= rounds; n++) {
      for (const way of Object.keys(WAYS)) noted(way, await endDevice(platform, way, n));
      noted("API token", await endToken(platform));
      noted("person", await endPerson(platform, n));
      await rotateWithGrace(platform, n);
      note(`round ${n}: ${JSON.stringify(Object.fromEntries(longest))}`);
    }
    const figures = [...longest].map(([what, ms]) => `${what} ${ms} ms`).join(", ");
    return `${rounds} × each right ended in mid-session, longest until cut off: ${figures}; nothing stored after, none let in again`;
  } finally {
    await platform.dispose();
  }
}

export const f16: Fault = {
  id: "F16",
  title: "credential revoked or rotated, device retired, token and person shut out, in mid-session",
  rounds: 5,
  run,
};
