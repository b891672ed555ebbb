import { localClient, socketPath } from "@linli/runtime";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type BrokerUnderTest, startBroker, tokenOf } from "./test-support/broker-under-test.ts";

const TOPIC = "linli/v1/devices/lift-1/telemetry";
const login = { username: "lift-1", password: tokenOf("lift-1") };
let broker: BrokerUnderTest;

const text = (payload: Uint8Array) => Buffer.from(payload).toString();
const ends = async () =>
  (await broker.records()).filter(({ kind }) => kind === "disconnect").map(({ payload }) => text(payload));

beforeEach(async () => {
  broker = await startBroker({}, { holdMs: 300 });
});
afterEach(() => broker.dispose());

describe("what comes into the journal", () => {
  test("a session from its connect to its end, with all it said", async () => {
    const client = await broker.device("lift-1", "esp32");
    client.publish(TOPIC, 0, "zero", 0);
    client.publish(TOPIC, 1, "one", 1);
    client.publish(TOPIC, 2, "two", 2);
    await client.next("puback");
    await client.next("pubrec");
    client.send({ cmd: "pubrel", messageId: 2 });
    await client.next("pubcomp");
    client.send({ cmd: "disconnect" });
    await client.end();
    const records = await broker.until(async () => {
      const found = await broker.records();
      return found.length === 6 ? found : undefined;
    });
    expect(records.map(({ kind, principal, payload }) => [kind, principal, text(payload)])).toEqual([
      ["start", "", ""],
      ["connect", "lift-1", '{"clientId":"esp32","address":"127.0.0.1"}'],
      ["publish", "lift-1", "zero"],
      ["publish", "lift-1", "one"],
      ["publish", "lift-1", "two"],
      ["disconnect", "lift-1", '{"reason":"clean"}'],
    ]);
    expect(records[1]?.topic).toBe(records[5]?.topic);
    const times = records.map(({ receivedAt }) => receivedAt);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });

  test("a connection that breaks is lost; one that breaks the protocol is refused", async () => {
    (await broker.device("lift-1")).socket.destroy();
    await broker.until(async () => (await ends()).length === 1 || undefined);
    const rude = await broker.device("lift-1");
    rude.publish("linli/v1/devices/+/telemetry", 1);
    await rude.end();
    await broker.until(async () => (await ends()).length === 2 || undefined);
    expect(await ends()).toEqual(['{"reason":"lost"}', '{"reason":"refused"}']);
  });

  test("what was pushed in over HTTP, once it is there", async () => {
    const siblings = localClient(socketPath(broker.dir, "broker"));
    const messages = [{ principal: "lift-1", topic: TOPIC, payloadBase64: Buffer.from("pushed").toString("base64") }];
    await siblings.call("append", { messages });
    expect((await broker.records()).at(-1)).toMatchObject({ kind: "push", principal: "lift-1", topic: TOPIC });
    broker.journal.writer.block("full");
    await expect(siblings.call("append", { messages })).rejects.toMatchObject({ code: "unavailable" });
    siblings.close();
  });
});

describe("a journal that takes nothing", () => {
  test("nobody is acknowledged: publishers are sent away, newcomers told to wait; then it goes on by itself", async () => {
    const publisher = await broker.device("lift-1");
    const bystander = await broker.device("lift-10");
    broker.journal.writer.block("full");
    publisher.publish(TOPIC, 1, "never acknowledged");
    await publisher.end();
    expect(publisher.packets).toEqual([]);
    expect(await bystander.ping()).toBe(true);
    expect(await broker.client().login(login)).toBe(3);
    const siblings = localClient(socketPath(broker.dir, "broker"));
    expect(await siblings.call("status")).toMatchObject({
      faults: [{ code: "journal.blocked", detail: expect.stringContaining("full") }],
    });

    broker.journal.writer.unblock();
    const again = await broker.until(async () => {
      const client = broker.client();
      return (await client.login(login)) === 0 ? client : undefined;
    });
    again.publish(TOPIC, 1, "acknowledged");
    expect(await again.next("puback")).toMatchObject({ messageId: 1 });
    expect(await siblings.call("status")).toMatchObject({ faults: [] });
    siblings.close();
    const said = (await broker.records()).filter(({ kind }) => kind === "publish").map(({ payload }) => text(payload));
    expect(said).toEqual(["acknowledged"]);
    expect(await ends()).toEqual(['{"reason":"refused"}']);
  });

  test("what everybody has read goes while it is full, and not only once a minute", { timeout: 30_000 }, async () => {
    const { state, journal } = broker;
    const client = await broker.device("lift-1");
    for (let id = 1; id <= 3; id++) client.publish(TOPIC, id, String(id));
    for (let id = 1; id <= 3; id++) await client.next("puback");
    const position = (await broker.records()).at(-1)?.position ?? "";
    journal.writer.block("full");
    const counts = { written: 0, rejected: 0, conflicts: 0 };
    await state.archive.commit({ position, sequence: 3, events: [], deadLetters: [], counts });
    const epoch = await state.leases.acquire("watch", "test", Date.now(), 60_000);
    const checkpoint = { position, sequence: 3, time: 0, memory: "" };
    await state.watch.commit({ checkpoint, states: [], transitions: [], rules: [] }, epoch);
    expect(await broker.until(async () => (await broker.records()).length < 3)).toBe(true);
  });

  test("a short hiccup costs nobody the connection, and keeps the order", async () => {
    const client = await broker.device("lift-1");
    broker.journal.writer.block("a moment");
    for (let id = 1; id <= 3; id++) client.publish(TOPIC, id, String(id));
    expect(await client.ping()).toBe(true);
    expect(client.packets).toEqual([]);
    broker.journal.writer.unblock();
    for (let id = 1; id <= 3; id++) expect(await client.next("puback")).toMatchObject({ messageId: id });
    const said = (await broker.records()).filter(({ kind }) => kind === "publish").map(({ payload }) => text(payload));
    expect(said).toEqual(["1", "2", "3"]);
  });
});

test("a stop brings what is in flight to disk and answers it, and blames no device", async () => {
  const client = await broker.device("lift-1");
  for (let id = 1; id <= 200; id++) client.publish(TOPIC, id, String(id));
  await client.next("puback");
  await broker.app.stop();
  await client.end();
  const acknowledged = 1 + client.packets.filter(({ cmd }) => cmd === "puback").length;
  const records = await broker.records();
  expect(records.filter(({ kind }) => kind === "publish").length).toBeGreaterThanOrEqual(acknowledged);
  expect(await ends()).toEqual(['{"reason":"shutdown"}']);
  expect(records.at(-1)?.kind).toBe("stop");
});
