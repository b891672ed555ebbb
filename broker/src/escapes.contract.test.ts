import { hashToken, localClient, socketPath } from "@linli/runtime";
import type { IPublishPacket, ISubackPacket } from "mqtt-packet";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { author, type BrokerUnderTest, startBroker, tokenOf } from "./test-support/broker-under-test.ts";

let broker: BrokerUnderTest;
beforeEach(async () => {
  broker = await startBroker();
});
afterEach(() => broker.dispose());

const published = async () => (await broker.records()).filter(({ kind }) => kind === "publish");

async function subscribed(who: string, filter: string): Promise<number | undefined> {
  const client = await broker.device(who);
  client.subscribe(1, filter);
  const suback = (await client.next("suback")) as ISubackPacket;
  return suback.granted[0] as number;
}

describe("publishing", () => {
  test("a foreign topic is acknowledged, not kept, and does not stop the next message", async () => {
    const client = await broker.device("lift-1");
    client.publish("linli/v1/devices/lift-1/telemetry", 1, "1");
    client.publish("linli/v1/devices/lift-10/telemetry", 2, "2");
    client.publish("linli/v1/devices/lift-1/telemetry", 3, "3");
    const ids = [await client.next("puback"), await client.next("puback"), await client.next("puback")];
    expect(ids.map((packet) => packet?.messageId)).toEqual([1, 2, 3]);
    expect((await published()).map(({ payload }) => Buffer.from(payload).toString())).toEqual(["1", "3"]);
    const page = await broker.until(async () => {
      const found = await broker.state.access.audit({ action: "acl.denied" }, { limit: 10 });
      return found.total > 0 ? found : undefined;
    });
    expect(page.items[0]).toMatchObject({
      target: "lift-1",
      detail: { reason: "foreign-device", subject: "linli/v1/devices/lift-10/telemetry" },
    });
  });

  test("a gateway speaks for its child and for nobody else", async () => {
    const client = await broker.device("gateway-1");
    client.publish("linli/v1/devices/child-1/telemetry", 1);
    client.publish("linli/v1/devices/lift-1/telemetry", 2);
    await client.next("puback");
    await client.next("puback");
    expect((await published()).map(({ principal, topic }) => [principal, topic])).toEqual([
      ["gateway-1", "linli/v1/devices/child-1/telemetry"],
    ]);
  });

  test("a retain flag leaves nothing behind, and what devices say goes to no client", async () => {
    const client = await broker.device("lift-1");
    const topic = "linli/v1/devices/lift-1/telemetry";
    client.send({ cmd: "publish", topic, payload: "x", qos: 1, messageId: 1, retain: true, dup: false });
    await client.next("puback");
    expect(await subscribed("lift-1", topic)).toBe(128);
  });

  test("a will goes the way of every message: one's own is kept, a foreign one is not", async () => {
    for (const target of ["lift-1", "lift-10"]) {
      const client = broker.client();
      const will = {
        topic: `linli/v1/devices/${target}/status`,
        payload: Buffer.from(target),
        qos: 1,
        retain: true,
      } as const;
      await client.login({ clientId: target, username: "lift-1", password: tokenOf("lift-1"), will });
      client.socket.destroy();
    }
    await broker.until(
      async () => (await broker.records()).filter(({ kind }) => kind === "disconnect").length === 2 || undefined,
    );
    expect((await published()).map(({ topic }) => topic)).toEqual(["linli/v1/devices/lift-1/status"]);
  });
});

describe("subscribing", () => {
  const denied = [
    "#",
    "+/v1/devices/lift-1/commands/+",
    "$SYS/#",
    "$share/g/linli/v1/devices/lift-1/commands/+",
    "linli/v1/devices/lift-10/commands/+",
    "linli/v1/devices/+/commands/+",
    "linli/v1/devices/lift-1/#",
    "linli/v1/devices/lift-1/telemetry",
    "linli/v1/state/+",
    "linli/v1/alerts/+",
    "v1/devices/me/#",
  ];
  test.each(denied)("%s is denied", async (filter) => {
    expect(await subscribed("lift-1", filter)).toBe(128);
  });

  test.each(["linli/v1/devices/lift-1/commands/+", "linli/v1/devices/lift-1/commands/#"])(
    "%s is one's own",
    async (filter) => {
      expect(await subscribed("lift-1", filter)).toBe(1);
    },
  );

  test("a gateway follows its child's commands", async () => {
    expect(await subscribed("gateway-1", "linli/v1/devices/child-1/commands/+")).toBe(1);
  });
});

describe("integrators", () => {
  test("a token for everywhere follows alerts: retained while they are open, said once more when they are over", async () => {
    const grants = [{ role: "viewer", placeId: null }] as const;
    const token = { id: "t2", name: "t2", hash: hashToken("all-token"), createdAt: 1, createdBy: "test" };
    await broker.state.access.createToken({ ...token, grants, expiresAt: null, revokedAt: null }, author);
    const siblings = localClient(socketPath(broker.dir, "broker"));
    const alertId = `lift.entrapment_elevator-07_${"x".repeat(60)}`;
    const put = (open: boolean, payload: string) =>
      siblings.call("publish-alerts", { alerts: [{ alertId, open, payload }] });
    await put(true, "open");
    const client = broker.client();
    expect(await client.login({ username: "api", password: "all-token" })).toBe(0);
    client.subscribe(1, "linli/v1/alerts/+");
    expect(((await client.next("suback")) as ISubackPacket).granted).toEqual([1]);
    const seen = [(await client.next("publish")) as IPublishPacket];
    await put(false, "over");
    seen.push((await client.next("publish")) as IPublishPacket, (await client.next("publish")) as IPublishPacket);
    siblings.close();
    expect(seen.map(({ topic, payload, retain }) => [topic, String(payload), retain])).toEqual([
      [`linli/v1/alerts/${alertId}`, "open", true],
      [`linli/v1/alerts/${alertId}`, "over", false],
      [`linli/v1/alerts/${alertId}`, "", false],
    ]);
  });

  test("a token sees the states of its places, now and later, and publishes nothing", async () => {
    const grants = [{ role: "viewer", placeId: "south" }] as const;
    const token = { id: "t1", name: "t1", hash: hashToken("south-token"), createdAt: 1, createdBy: "test" };
    await broker.state.access.createToken({ ...token, grants, expiresAt: null, revokedAt: null }, author);
    const siblings = localClient(socketPath(broker.dir, "broker"));
    const put = (version: string) =>
      siblings.call("publish-states", {
        states: ["lift-1", "lamp-1", "stranger"].map((deviceId) => ({ deviceId, payload: `${deviceId} ${version}` })),
      });
    await put("first");
    const client = broker.client();
    expect(await client.login({ username: "api", password: "south-token" })).toBe(0);
    client.subscribe(1, "linli/v1/state/+", "linli/v1/state/lift-1", "linli/v1/alerts/+");
    expect(((await client.next("suback")) as ISubackPacket).granted).toEqual([1, 128, 128]);
    const retained = (await client.next("publish")) as IPublishPacket;
    await put("second");
    const live = (await client.next("publish")) as IPublishPacket;
    siblings.close();
    expect([retained, live].map(({ payload, retain }) => [String(payload), retain])).toEqual([
      ["lamp-1 first", true],
      ["lamp-1 second", false],
    ]);
    client.publish("linli/v1/devices/lamp-1/telemetry", 2);
    await client.next("puback");
    expect(await published()).toEqual([]);
    expect(client.packets).toEqual([]);
  });
});
