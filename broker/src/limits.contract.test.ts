import { localClient, socketPath } from "@linli/runtime";
import type { ISubackPacket } from "mqtt-packet";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type BrokerUnderTest, startBroker, tokenOf } from "./test-support/broker-under-test.ts";

const TOPIC = "linli/v1/devices/lift-1/telemetry";
const BOOTSTRAP = "bootstrap-token-of-32-characters-";
let broker: BrokerUnderTest;

beforeEach(async () => {
  const environment = { LINLI_MQTT_MAX_PACKET_BYTES: "20000", LINLI_BOOTSTRAP_TOKEN: BOOTSTRAP };
  const limits = { connectTimeoutMs: 400, drainTimeoutMs: 300, maxConnections: 40, maxPendingPerAddress: 10 };
  broker = await startBroker(environment, limits);
});
afterEach(() => broker.dispose());

async function refusals(): Promise<Record<string, number>> {
  const siblings = localClient(socketPath(broker.dir, "broker"));
  const { details } = (await siblings.call("status")) as { details: { refused: Record<string, number> } };
  siblings.close();
  return details.refused;
}

describe("before the login", () => {
  test.each<[string, number[], string]>([
    ["256 MB declared", [0x10, 0xff, 0xff, 0xff, 0x7f], "packet-too-large"],
    ["a length of five bytes", [0x10, 0xff, 0xff, 0xff, 0xff], "malformed-packet"],
    ["a PUBLISH first", [0x30, 2, 0, 0], "not-connect"],
    ["a web browser", [...Buffer.from("GET / HTTP/1.1\r\n\r\n")], "not-connect"],
    ["half a CONNECT and then nothing", [0x10, 12, 0, 4, 0x4d], "connect-timeout"],
    ["nothing at all", [], "connect-timeout"],
  ])("%s: closed, counted, and nobody else is affected", async (_name, bytes, reason) => {
    const neighbour = await broker.device("lift-10");
    const client = broker.client();
    if (bytes.length > 0) client.bytes(...bytes);
    await client.end();
    expect(await refusals()).toEqual({ [reason]: 1 });
    expect(await neighbour.ping()).toBe(true);
  });

  test("a CONNECT in single bytes is a CONNECT", async () => {
    const client = broker.client();
    client.connect({ username: "lift-1", password: tokenOf("lift-1") });
    expect(await client.next("connack")).toMatchObject({ returnCode: 0 });
  });

  test("what follows a CONNECT without waiting for its answer is heard after the login", async () => {
    const client = broker.client();
    client.connect({ username: "lift-1", password: tokenOf("lift-1") });
    for (let id = 1; id <= 100; id++) client.publish(TOPIC, id);
    for (let id = 1; id <= 100; id++) expect(await client.next("puback")).toMatchObject({ messageId: id });
  });

  test("connections that do not log in are bounded for one address, and all are bounded", async () => {
    const idle = Array.from({ length: 14 }, () => broker.client());
    await Promise.all(idle.map((client) => client.end()));
    expect(await refusals()).toEqual({ "connect-timeout": 10, "too-many-pending": 4 });
    const clients = [];
    for (let n = 0; n < 40; n++) clients.push(await broker.device("lift-1", `c${n}`));
    const more = broker.client();
    await more.end();
    expect(await refusals()).toMatchObject({ "too-many-connections": 1 });
  });
});

describe("after the login", () => {
  test("a packet over the limit closes; one just below is taken", async () => {
    const client = await broker.device("lift-1");
    client.publish(TOPIC, 1, "x".repeat(19_000));
    expect(await client.next("puback")).toMatchObject({ messageId: 1 });
    client.publish(TOPIC, 2, "x".repeat(20_001));
    await client.end();
    expect(await refusals()).toEqual({ "packet-too-large": 1 });
  });

  test("too many filters in one SUBSCRIBE close; too many in all are denied one by one", async () => {
    const topics = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, n) => `linli/v1/devices/lift-1/commands/c${from + n}`);
    const client = await broker.device("lift-1");
    for (const [id, from] of [
      [1, 0],
      [2, 32],
      [3, 64],
    ] as const)
      client.subscribe(id, ...topics(from, from + 32));
    const granted = new Map<number | undefined, number[]>();
    for (let n = 0; n < 3; n++) {
      const suback = (await client.next("suback")) as ISubackPacket;
      granted.set(suback.messageId, suback.granted.map(Number));
    }
    const all = (code: number) => new Array(32).fill(code);
    expect([granted.get(1), granted.get(2), granted.get(3)]).toEqual([all(1), all(1), all(128)]);
    client.subscribe(4, ...topics(0, 33));
    await client.end();
    expect(await refusals()).toMatchObject({ "too-many-filters": 33 });
  });

  test("a topic of 200 levels, or of a thousand letters, does no harm", async () => {
    const client = await broker.device("lift-1");
    client.publish(`linli/${"x".repeat(1000)}`, 1);
    client.publish(`${"x/".repeat(50)}x`, 2);
    client.subscribe(3, `${"x/".repeat(50)}x`);
    expect(await client.next("puback")).toMatchObject({ messageId: 1 });
    expect(await client.next("puback")).toMatchObject({ messageId: 2 });
    expect(await client.next("suback")).toMatchObject({ granted: [128] });
    client.publish("x/".repeat(200), 4);
    await client.end();
    const next = await broker.device("lift-1");
    expect(await next.ping()).toBe(true);
  });

  test("QoS 2 without PUBREL is bounded", async () => {
    const client = await broker.device("lift-1");
    for (let id = 1; id <= 1_100; id++) client.publish(TOPIC, id, "{}", 2);
    await client.end();
    expect(client.packets.length).toBeLessThanOrEqual(1_024);
    expect(await refusals()).toEqual({ "too-many-inflight": 1 });
  });

  test("a reader that stopped reading is sent away, and others get theirs meanwhile", async () => {
    const integrator = { username: "api", password: BOOTSTRAP };
    const frozen = broker.client();
    await frozen.login({ ...integrator, clientId: "frozen" });
    frozen.subscribe(1, "linli/v1/state/+");
    await frozen.next("suback");
    frozen.socket.pause();
    const reader = broker.client();
    await reader.login({ ...integrator, clientId: "reader" });
    reader.subscribe(1, "linli/v1/state/+");
    await reader.next("suback");
    const siblings = localClient(socketPath(broker.dir, "broker"));
    const payload = "x".repeat(200_000);
    await broker.until(async () => {
      await siblings.call("publish-states", { states: [{ deviceId: "lift-1", payload }] });
      await reader.next("publish");
      return (await refusals())["slow-reader"] === 1 || undefined;
    });
    siblings.close();
    expect(await reader.ping()).toBe(true);
  });

  test("a credential that sends faster than its rate is slowed down, and loses nothing", async () => {
    const slow = await startBroker({ LINLI_MQTT_RATE_PER_DEVICE: "10" });
    const client = await slow.device("lift-1");
    for (let id = 1; id <= 104; id++) client.publish(TOPIC, id);
    for (let id = 1; id <= 104; id++) expect(await client.next("puback")).toMatchObject({ messageId: id });
    const started = performance.now();
    client.publish(TOPIC, 105);
    expect(await client.next("puback")).toMatchObject({ messageId: 105 });
    expect(performance.now() - started).toBeGreaterThan(50);
    await slow.dispose();
  });
});

test("guessing is slowed down, a good login from the same address is not", async () => {
  for (let n = 0; n < 6; n++) await broker.client().login({ username: "lift-1", password: "guess" });
  const guess = broker.client().login({ username: "lift-1", password: "guess" });
  const good = broker.client().login({ username: "lift-1", password: tokenOf("lift-1") });
  expect(await Promise.race([guess, good])).toBe(0);
});
