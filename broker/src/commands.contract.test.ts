import { hashToken } from "@linli/runtime";
import type { IPublishPacket } from "mqtt-packet";
import { afterEach, beforeEach, expect, test } from "vitest";
import { author, type BrokerUnderTest, startBroker, tokenOf } from "./test-support/broker-under-test.ts";
import type { RawClient } from "./test-support/raw-client.ts";

let broker: BrokerUnderTest;
beforeEach(async () => {
  broker = await startBroker();
});
afterEach(() => broker.dispose());

const order = (id: string, deviceId: string, expiresAt = Date.now() + 60_000) =>
  broker.state.commands.create({ id, deviceId, name: "reboot", args: { after: 1 }, expiresAt }, author);
const stateOf = async (id: string) => (await broker.state.commands.command(id))?.state;

async function follow(client: RawClient, deviceId: string): Promise<void> {
  client.subscribe(1, `linli/v1/devices/${deviceId}/commands/+`);
  await client.next("suback");
}

/** The next command, acknowledged; its id. */
async function take(client: RawClient): Promise<string> {
  const { topic, messageId, qos } = (await client.next("publish")) as IPublishPacket;
  expect(qos).toBe(1);
  client.send({ cmd: "puback", messageId: messageId as number });
  return topic.split("/").at(-1) as string;
}

test("what waits and what comes later, in order, to the right device, and again after a reconnect", async () => {
  for (let n = 0; n < 100; n++) await order(`a${n}`, "lift-1");
  await order("other", "lift-10");
  const client = await broker.device("lift-1");
  await follow(client, "lift-1");
  await order("later", "lift-1");
  const got: string[] = [];
  while (got.length < 101) got.push(await take(client));
  expect(got).toEqual([...Array.from({ length: 100 }, (_, n) => `a${n}`), "later"]);
  await broker.until(async () => (await stateOf("later")) === "sent" || undefined);
  expect(await stateOf("other")).toBe("pending");

  await broker.state.commands.answer("a0", "lift-1", true, null, 1);
  client.socket.destroy();
  const back = await broker.device("lift-1");
  await follow(back, "lift-1");
  expect([await take(back), await take(back)]).toEqual(["a1", "a2"]);
});

test("an expired or cancelled one is not brought", async () => {
  await order("late", "lift-1", Date.now() - 1);
  await order("cancelled", "lift-1");
  await broker.state.commands.cancel("cancelled", author);
  await order("good", "lift-1");
  const client = await broker.device("lift-1");
  await follow(client, "lift-1");
  expect(await take(client)).toBe("good");
});

test("a gateway gets its child's; a kept session follows on without subscribing again", async () => {
  const fields = { clientId: "kept", clean: false, username: "gateway-1", password: tokenOf("gateway-1") };
  const first = broker.client();
  await first.login(fields);
  await follow(first, "child-1");
  first.send({ cmd: "disconnect" });
  await first.end();
  await order("c1", "child-1");
  const second = broker.client();
  await second.login(fields);
  expect(await take(second)).toBe("c1");
});

test("a credential revoked in mid-session ends it within a second, and nothing of it is left", async () => {
  const fields = { clientId: "kept", clean: false, username: "lift-1", password: tokenOf("lift-1") };
  const client = broker.client();
  await client.login(fields);
  await follow(client, "lift-1");
  const [credential] = await broker.state.registry.credentials("lift-1");
  await broker.state.registry.revokeCredential(credential?.id ?? "", author);
  await client.end();
  await order("secret", "lift-1");
  expect(await broker.client().login(fields)).toBe(4);

  await broker.state.registry.issueCredential("lift-1", hashToken("new"), null, author);
  const again = await broker.until(async () => {
    const next = broker.client();
    return (await next.login({ ...fields, password: "new" })) === 0 ? next : undefined;
  });
  expect(await again.ping()).toBe(true);
  expect(again.packets).toEqual([]);
  const reasons = (await broker.records()).filter(({ kind }) => kind === "disconnect");
  expect(reasons.map(({ payload }) => Buffer.from(payload).toString())).toEqual(['{"reason":"revoked"}']);
});

test("a rotated credential works until its end, then its session is over", async () => {
  const client = await broker.device("lift-1");
  await broker.state.registry.rotateCredential("lift-1", hashToken("new"), Date.now() + 400, {
    ...author,
    at: Date.now(),
  });
  expect(await client.ping()).toBe(true);
  await client.end();
  expect(await broker.client().login({ username: "lift-1", password: "new" })).toBe(0);
});

test("a retired device and a gateway that lost its child are sent away; others stay", async () => {
  const retired = await broker.device("lift-1");
  const gateway = await broker.device("gateway-1");
  await follow(gateway, "child-1");
  const other = await broker.device("lift-10");
  await broker.state.registry.retireDevice("lift-1", author);
  await broker.state.registry.updateDevice("child-1", 1, { gatewayId: null }, author);
  await retired.end();
  await gateway.end();
  expect(await other.ping()).toBe(true);
});
