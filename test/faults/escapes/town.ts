import { newToken } from "@linli/runtime";
import { demand, enrol, loggedIn } from "../../support/enrolment.ts";
import { eventually, type Platform } from "../../support/platform.ts";
import { mustHold } from "../fault.ts";
import { drained } from "../load.ts";

/** Stands in everything that belongs to the south: whoever is at home in the north must never read it. */
export const CANARY = "canary7f3a";
/** What somebody from the north tries to leave in the south. */
export const FORGED = "forged5b1c";

/** Two communities, and who would like to look from the north into the south. */
export interface Town {
  readonly platform: Platform;
  /** Tokens of the devices by id. */
  readonly devices: ReadonlyMap<string, string>;
  /** An API token: administrator, of the north alone. */
  readonly north: string;
  /** The session cookie of a person with the same right. */
  readonly cookie: string;
  /** Ids of things in the south. */
  readonly letterId: string;
  readonly commandId: string;
  readonly credentialId: string;
}

const NORTH_DEVICES = ["lamp", "gateway-n", "child-n", "mover"];
export const SOUTH_DEVICES = ["lamp-1", "gateway-s", "child-s"];

async function build(platform: Platform): Promise<Map<string, string>> {
  const place = (id: string, level: string, parentId: string | null, name: string) =>
    demand(platform, "PUT", `/api/v1/places/${id}`, { level, parentId, name });
  await place("town", "subdistrict", null, "town");
  await place("north", "community", "town", "north");
  await place("south", "community", "town", `south ${CANARY}`);
  const devices = new Map([
    ...(await enrol(platform, { placeId: "north", ids: ["lamp", "child-n", "mover"] })),
    ...(await enrol(platform, { placeId: "north", ids: ["gateway-n"], kind: "gateway" })),
    ...(await enrol(platform, { placeId: "south", ids: ["lamp-1", "child-s"] })),
    ...(await enrol(platform, { placeId: "south", ids: ["gateway-s"], kind: "gateway" })),
  ]);
  const change = (id: string, fields: object) =>
    demand(platform, "PATCH", `/api/v1/devices/${id}`, { version: 1, ...fields });
  await change("child-n", { gatewayId: "gateway-n", name: "100%_'sure" });
  await change("child-s", { gatewayId: "gateway-s", name: `child ${CANARY}` });
  await change("lamp-1", { name: `lamp ${CANARY}`, tags: { note: CANARY } });
  return devices;
}

/** Readings, an event, a dead letter and an answered command, all of the south. */
async function liveThere(platform: Platform, token: string): Promise<string> {
  const client = await loggedIn(platform, { username: "lamp-1", password: token });
  const path = "/api/v1/devices/lamp-1/commands";
  const { command } = await demand<{ command: { id: string } }>(platform, "POST", path, { name: "reboot" });
  const said: [string, string][] = [
    ["telemetry", JSON.stringify({ note: CANARY, temperature: 20 })],
    ["event", JSON.stringify({ type: CANARY, data: { note: CANARY } })],
    ["telemetry", `${CANARY} is no JSON`],
    [`commands/${command.id}/result`, JSON.stringify({ ok: true, detail: CANARY })],
  ];
  for (const [n, [topic, payload]] of said.entries())
    client.publish(`linli/v1/devices/lamp-1/${topic}`, n + 1, payload);
  for (const _ of said) await client.next("puback");
  client.send({ cmd: "disconnect" });
  await client.end();
  await drained(platform);
  return command.id;
}

async function signIn(platform: Platform): Promise<string> {
  const grants = [{ role: "admin", placeId: "north" }];
  const person = { id: "northerner", name: "Northerner", language: "en", password: newToken() };
  await demand(platform, "POST", "/api/v1/people", { ...person, grants });
  const answer = await fetch(`http://127.0.0.1:${platform.http}/api/v1/session`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ name: person.id, password: person.password }),
  });
  return answer.headers.get("set-cookie")?.split(";")[0] ?? "";
}

export async function buildTown(platform: Platform): Promise<Town> {
  const devices = await build(platform);
  const commandId = await liveThere(platform, devices.get("lamp-1") ?? "");
  const grants = [{ role: "admin", placeId: "north" }];
  const tokenNamed = (name: string) => demand<{ token: string }>(platform, "POST", "/api/v1/tokens", { name, grants });
  await tokenNamed(CANARY);
  const { token: north } = await tokenNamed("north");
  const letters = "/api/v1/dead-letters?deviceId=lamp-1";
  const letterId = await eventually("the dead letter is listed", async () => {
    const { items } = await demand<{ items: { id: string }[] }>(platform, "GET", letters);
    return items[0]?.id;
  });
  const path = "/api/v1/devices/lamp-1/credentials";
  const { items } = await demand<{ items: { id: string }[] }>(platform, "GET", path);
  const credentialId = items[0]?.id ?? "";
  return { platform, devices, north, cookie: await signIn(platform), letterId, commandId, credentialId };
}

/** Nothing that anybody from the north wrote stands in the south, and nothing of it was moved, renamed or joined. */
export async function expectUntouched({ platform }: Town): Promise<void> {
  for (const id of SOUTH_DEVICES) {
    for (const path of ["", "/state", "/readings", "/events", "/commands", "/transitions"]) {
      const found = JSON.stringify(await demand(platform, "GET", `/api/v1/devices/${id}${path}`));
      mustHold(!found.includes(FORGED) && !found.includes('"forged"'), `forged ${id}${path}: ${found.slice(0, 200)}`);
    }
  }
  const state = await demand<{ connection: string }>(platform, "GET", "/api/v1/devices/lamp-1/state");
  mustHold(state.connection === "online", `another's will made lamp-1 ${state.connection}`);
  const { items } = await demand<{ items: { id: string }[] }>(platform, "GET", "/api/v1/devices");
  const ids = items
    .map(({ id }) => id)
    .sort()
    .join();
  mustHold(ids === [...NORTH_DEVICES, ...SOUTH_DEVICES].sort().join(), `the devices are now ${ids}`);
  const places = JSON.stringify(await demand(platform, "GET", "/api/v1/places"));
  mustHold(!places.includes(FORGED), `forged places: ${places}`);
}
