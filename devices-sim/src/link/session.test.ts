import { expect, it } from "vitest";
import type { Outgoing } from "../agent.ts";
import { createScheduler } from "../scheduler.ts";
import { createFakeClock } from "../testing/fake-clock.ts";
import { createFakeTransport, settle } from "../testing/fake-transport.ts";
import { createNoise } from "../world/noise.ts";
import { createSession } from "./session.ts";

function setUp(devices: readonly string[] = ["gw"]) {
  const clock = createFakeClock(1_000_000);
  const fake = createFakeTransport();
  const refused: string[] = [];
  const session = createSession({
    deviceId: "gw",
    token: "secret",
    devices,
    transport: fake.transport,
    scheduler: createScheduler(clock),
    now: () => clock.now(),
    noise: createNoise(1, "test"),
    onOnline() {},
    onMessage() {},
    onRefused: (reason) => refused.push(reason),
  });
  const telemetry = (n: number, deviceId = "gw"): Outgoing => ({
    deviceId,
    channel: "telemetry",
    at: clock.now(),
    body: { values: { n } },
  });
  return { clock, fake, session, telemetry, refused };
}

it("logs in with its token, a will, and a subscription to the orders of each of its devices", async () => {
  const { fake, session } = setUp(["gw", "lamp"]);
  session.open();
  await settle();
  expect(session.state).toBe("online");
  expect(fake.connections[0]?.login).toEqual({
    deviceId: "gw",
    token: "secret",
    will: { topic: "linli/v1/devices/gw/status", payload: '{"state":"offline"}' },
    subscriptions: ["linli/v1/devices/gw/commands/+", "linli/v1/devices/lamp/commands/+"],
  });
});

it("has few messages in flight and sends the next when one is acknowledged", async () => {
  const { fake, session, telemetry } = setUp();
  fake.acknowledges = false;
  session.open();
  await settle();
  for (let n = 0; n < 40; n++) session.send(telemetry(n));
  expect(fake.published).toHaveLength(16);
  fake.connections[0]?.unanswered[0]?.(true);
  expect(fake.published).toHaveLength(17);
  expect(session.counts.acknowledged).toBe(1);
});

it("comes back after a break, repeats what was not acknowledged, and tells the gap as arrays", async () => {
  const { clock, fake, session, telemetry } = setUp(["gw", "lamp"]);
  session.open();
  await settle();
  fake.acknowledges = false;
  session.send(telemetry(0));
  const [first] = fake.connections;
  if (first) fake.drop(first);
  for (let n = 1; n <= 3; n++) {
    session.send(telemetry(n));
    session.send(telemetry(n, "lamp"));
    clock.advance(10);
  }
  session.send({ deviceId: "gw", channel: "event", at: clock.now(), body: { type: "reset" } });
  fake.acknowledges = true;
  clock.advance(10_000);
  await settle();
  expect(session.counts.reconnects).toBe(1);
  const [, ...later] = fake.published;
  expect(later.map(({ topic }) => topic.replace("linli/v1/devices/", ""))).toEqual([
    "gw/event",
    "gw/telemetry",
    "lamp/telemetry",
  ]);
  expect(later[1]?.body).toMatchObject([0, 1, 2, 3].map((n) => ({ ts: expect.any(Number), values: { n } })));
  expect(session.pending).toBe(0);
});

it("keeps a bounded number of messages and counts what it drops", () => {
  const { session, telemetry } = setUp();
  for (let n = 0; n < 500; n++) session.send(telemetry(n));
  expect(session.pending).toBe(300);
  expect(session.counts.dropped).toBe(200);
});

it("does not hammer a broker that refuses it", async () => {
  const { clock, fake, session, refused } = setUp();
  fake.accepts = false;
  session.open();
  const refuse = () => {
    const connection = fake.connections.at(-1);
    connection?.events.refused("wrong device id or token");
    if (connection) fake.drop(connection);
  };
  refuse();
  clock.advance(60_000);
  expect(fake.connections).toHaveLength(1);
  expect(session.state).toBe("refused");
  expect(refused).toEqual(["wrong device id or token"]);
  clock.advance(600_000);
  expect(fake.connections).toHaveLength(2);
});

it("tries again with growing pauses while there is no broker", () => {
  const { clock, fake, session } = setUp();
  fake.accepts = false;
  session.open();
  for (let second = 0; second < 600; second++) {
    const connection = fake.connections.at(-1);
    if (connection?.isOpen) fake.drop(connection);
    clock.advance(1_000);
  }
  expect(fake.connections.length).toBeGreaterThan(10);
  expect(fake.connections.length).toBeLessThan(60);
});

it("stays away for as long as its line is cut", async () => {
  const { clock, fake, session } = setUp();
  session.open();
  await settle();
  session.cut(clock.now() + 90_000);
  clock.advance(89_000);
  expect(fake.connections).toHaveLength(1);
  clock.advance(6_000);
  expect(fake.connections).toHaveLength(2);
});

it("opens nothing more once it is stopped", async () => {
  const { clock, fake, session } = setUp();
  session.open();
  await settle();
  await session.stop();
  clock.advance(1_000_000);
  expect(fake.connections).toHaveLength(1);
});
