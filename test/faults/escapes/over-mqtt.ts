import { demand, loggedIn, openClient, type RawClient } from "../../support/enrolment.ts";
import { eventually } from "../../support/platform.ts";
import { mustHold } from "../fault.ts";
import { drained } from "../load.ts";
import { CANARY, expectUntouched, FORGED, type Town } from "./town.ts";

const FORGERY = JSON.stringify({ note: FORGED, state: "offline", forged: 1 });
const of = (id: string, rest: string) => `linli/v1/devices/${id}/${rest}`;

interface Attacker {
  readonly username: string;
  readonly publishes: readonly string[];
  readonly subscribes: readonly string[];
}

const own = (id: string) =>
  ["telemetry", "event", "status", "commands/c1/result", "commands/c1"].map((rest) => of(id, rest));
const WILD = [
  "#",
  "+/#",
  "$SYS/#",
  "$share/g/#",
  "$share/g/linli/v1/state/+",
  "linli/#",
  "linli/v1/devices/+/commands/+",
];
const TRICKS = ["linli/v1/devices/lamp-1", "linli/v1/devices//telemetry", "linli/v1/devices/lamp/../lamp-1/telemetry"];

const ATTACKERS: readonly Attacker[] = [
  {
    username: "lamp",
    publishes: [...own("lamp-1"), "linli/v1/state/lamp-1", "linli/v1/alerts/a1", "$SYS/x", ...TRICKS],
    subscribes: [
      ...WILD,
      of("lamp-1", "commands/+"),
      of("lamp-1", "#"),
      of("lamp", "telemetry"),
      "linli/v1/state/lamp-1",
    ],
  },
  {
    username: "gateway-n",
    publishes: [...own("child-s"), ...own("gateway-s")],
    subscribes: [...WILD, of("child-s", "commands/+"), of("gateway-s", "commands/+")],
  },
  {
    username: "api",
    publishes: [of("lamp", "telemetry"), of("lamp-1", "telemetry"), "linli/v1/state/lamp-1"],
    subscribes: [
      ...WILD,
      "linli/v1/state/lamp-1",
      "linli/v1/state/mover/x",
      "linli/v1/alerts/+",
      of("lamp", "commands/+"),
    ],
  },
];

const passwordOf = ({ devices, north }: Town, username: string) =>
  (username === "api" ? north : devices.get(username)) ?? "";

async function attack(town: Town, { username, publishes, subscribes }: Attacker): Promise<RawClient> {
  const login = { username, password: passwordOf(town, username), clientId: "same-for-all", clean: false };
  const client = await loggedIn(town.platform, login);
  for (const [n, topic] of publishes.entries()) {
    const retain = n % 2 === 0;
    client.send({ cmd: "publish", topic, payload: FORGERY, qos: 1, messageId: n + 1, retain, dup: false });
    mustHold((await client.next("puback")) !== undefined, `${username} was cut off at ${topic}`);
  }
  for (const topic of subscribes) {
    client.subscribe(1, topic);
    const suback = await client.next("suback");
    mustHold(suback?.cmd === "suback" && suback.granted[0] === 128, `${username} may follow ${topic}`);
  }
  return client;
}

/** Wills in another's name, and client ids that are another's or pretend to be. Resolves with how many were denied. */
async function pretend(town: Town, victim: RawClient): Promise<number> {
  const login = { username: "lamp", password: passwordOf(town, "lamp") };
  const will = { topic: of("lamp-1", "status"), payload: Buffer.from(FORGERY), qos: 1, retain: true } as const;
  const dying = openClient(town.platform);
  mustHold((await dying.login({ ...login, clientId: "victim", will })) === 0, "a client id of another's was refused");
  mustHold(await victim.ping(), "a client id pushed another device's session out");
  dying.socket.destroy();
  const forger = openClient(town.platform);
  const code = await forger.login({ ...login, clientId: "device:lamp-1\0victim" });
  forger.socket.destroy();
  mustHold(code === 2, `a client id with a NUL: ${code}`);
  mustHold(await victim.ping(), "a made-up client id pushed another device's session out");
  return 1;
}

/** How many denials the audit log tells of, one by one and in sums. */
async function auditedDenials({ platform }: Town): Promise<number> {
  const path = "/api/v1/audit?action=acl.denied&limit=1000";
  const { items } = await demand<{ items: { detail: { more?: number } }[] }>(platform, "GET", path);
  return items.reduce((sum, { detail }) => sum + (detail.more ?? 1), 0);
}

/** All that a client can try with the credential of another. Resolves with how many attempts were denied. */
export async function escapeOverMqtt(town: Town): Promise<number> {
  const { platform } = town;
  const before = await auditedDenials(town);
  const victim = await loggedIn(platform, {
    ...{ username: "lamp-1", password: passwordOf(town, "lamp-1"), clientId: "victim" },
  });
  const order = { name: "reboot" };
  const { command } = await demand<{ command: { id: string } }>(
    platform,
    "POST",
    "/api/v1/devices/lamp-1/commands",
    order,
  );
  const clients: RawClient[] = [];
  let denied = await pretend(town, victim);
  for (const attacker of ATTACKERS) {
    clients.push(await attack(town, attacker));
    denied += attacker.publishes.length + attacker.subscribes.length;
  }
  await drained(platform);
  await expectUntouched(town);

  // what the token may follow holds the states of its places, and what was forged is nowhere
  const [integrator, everywhere] = [
    clients[2],
    await loggedIn(platform, { username: "api", password: platform.token }),
  ];
  for (const client of [integrator, everywhere]) client?.subscribe(9, "linli/v1/state/+");
  await demand(platform, "POST", "/api/v1/devices/lamp/telemetry", { note: "homely" });
  const isState = (client: RawClient | undefined, text: string) =>
    client?.packets.some((packet) => packet.cmd === "publish" && String(packet.payload).includes(text));
  await eventually("states come", () => (isState(integrator, "homely") && isState(everywhere, CANARY)) || undefined);
  mustHold(!isState(everywhere, FORGED), "a forged state was kept");

  victim.subscribe(1, of("lamp-1", "commands/+"));
  const delivery = await victim.next("publish");
  mustHold(delivery?.cmd === "publish" && delivery.topic.endsWith(command.id), "the queued command did not arrive");
  await Promise.all(clients.map((client) => client.ping()));
  for (const [n, client] of clients.entries()) {
    const got = client.packets
      .filter((packet) => packet.cmd === "publish")
      .map((packet) => `${packet.topic} ${String(packet.payload)}`);
    const foreign = got.find((text) => text.includes(CANARY) || text.includes("lamp-1") || text.includes("/commands/"));
    mustHold(foreign === undefined, `${ATTACKERS[n]?.username} was given ${foreign}`);
  }
  await eventually(`${denied} denials are in the audit log`, async () => {
    return (await auditedDenials(town)) - before >= denied || undefined;
  });
  for (const client of [...clients, victim, everywhere]) client.socket.destroy();
  return denied;
}
