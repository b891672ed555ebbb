import { hashToken } from "@linli/runtime";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { author, type BrokerUnderTest, startBroker, tokenOf } from "./test-support/broker-under-test.ts";
import type { ConnectFields } from "./test-support/raw-client.ts";

const BOOTSTRAP = "bootstrap-token-of-32-characters-";
let broker: BrokerUnderTest;

beforeEach(async () => {
  broker = await startBroker({ LINLI_BOOTSTRAP_TOKEN: BOOTSTRAP });
  const token = { grants: [], createdAt: 1, createdBy: "test", expiresAt: null, revokedAt: null };
  await broker.state.access.createToken({ ...token, id: "t1", name: "t1", hash: hashToken("api-token") }, author);
  await broker.state.access.createToken(
    { ...token, id: "t2", name: "t2", hash: hashToken("old"), expiresAt: 2 },
    author,
  );
  await broker.state.registry.issueCredential("lift-1", hashToken("expired-token"), 2, author);
  await broker.state.registry.retireDevice("lamp-1", author);
});
afterEach(() => broker.dispose());

const cases: [string, ConnectFields, number][] = [
  ["device id and token", { username: "lift-1", password: tokenOf("lift-1") }, 0],
  ["the token alone, as ThingsBoard devices do", { username: tokenOf("lift-1") }, 0],
  ["the token and an empty password", { username: tokenOf("lift-1"), password: "" }, 0],
  ["a program with its API token", { username: "api", password: "api-token" }, 0],
  ["the bootstrap token", { username: "api", password: BOOTSTRAP }, 0],
  ["no client id, clean session", { clientId: "", username: "lift-1", password: tokenOf("lift-1") }, 0],
  ["nobody", {}, 4],
  ["a wrong token", { username: "lift-1", password: "wrong" }, 4],
  ["another device's token", { username: "lift-1", password: tokenOf("lift-10") }, 4],
  ["an unknown device", { username: "lift-2", password: tokenOf("lift-2") }, 4],
  ["a device id alone", { username: "lift-1" }, 4],
  ["an unknown API token", { username: "api", password: "wrong" }, 4],
  ["a device token as API token", { username: "api", password: tokenOf("lift-1") }, 4],
  ["an expired API token", { username: "api", password: "old" }, 5],
  ["an expired credential", { username: "lift-1", password: "expired-token" }, 5],
  ["a retired device", { username: "lamp-1", password: tokenOf("lamp-1") }, 4],
  ["a client id of 300 letters", { clientId: "x".repeat(300), username: "lift-1", password: tokenOf("lift-1") }, 2],
];

describe("login", () => {
  test.each(cases)("%s", async (_name, fields, returnCode) => {
    // the registry's changes of beforeEach arrive by the feed
    await broker.until(async () => (await broker.client().login({ username: tokenOf("lamp-1") })) === 4 || undefined);
    const client = broker.client();
    expect(await client.login(fields)).toBe(returnCode);
    if (returnCode !== 0) await client.end();
  });

  test("a session that is to be kept needs a client id", async () => {
    const client = broker.client();
    client.bytes(0x10, 12, 0, 4, 0x4d, 0x51, 0x54, 0x54, 4, 0, 0, 60, 0, 0);
    expect(await client.next("connack")).toMatchObject({ returnCode: 2 });
    await client.end();
  });

  test("MQTT 5 is told so in its own words", async () => {
    const client = broker.client();
    const connect = [0x10, 0x0e, 0, 4, 0x4d, 0x51, 0x54, 0x54, 5, 2, 0, 60, 0, 0, 1, 0x61];
    const answer = new Promise<Buffer>((resolve) => client.socket.once("data", resolve));
    client.bytes(...connect);
    expect([...(await answer)]).toEqual([0x20, 3, 0, 0x84, 0]);
    await client.end();
  });

  test("a refusal is counted, and in the audit log with who, why and from where", async () => {
    await broker.client().login({ username: "lift-1", password: "wrong" });
    const page = await broker.until(async () => {
      const found = await broker.state.access.audit({ action: "login.refused" }, { limit: 10 });
      return found.total > 0 ? found : undefined;
    });
    expect(page.items[0]).toMatchObject({
      target: "lift-1",
      address: "127.0.0.1",
      detail: { reason: "unknown-token" },
    });
  });

  test("two devices may use the same client id; the same device's second session takes over", async () => {
    const first = await broker.device("lift-1", "esp32");
    const other = await broker.device("lift-10", "esp32");
    expect(await first.ping()).toBe(true);
    const second = await broker.device("lift-1", "esp32");
    await first.end();
    expect(await second.ping()).toBe(true);
    expect(await other.ping()).toBe(true);
    const reasons = await broker.until(async () => {
      const ended = (await broker.records()).filter(({ kind }) => kind === "disconnect");
      return ended.length > 0 ? ended.map(({ payload }) => JSON.parse(Buffer.from(payload).toString())) : undefined;
    });
    expect(reasons).toEqual([{ reason: "taken-over" }]);
  });
});
