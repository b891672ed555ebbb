import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Seeds } from "../../testing/alerts.ts";
import { createTestApi, START_AT, type TestApi } from "../../testing/test-api.ts";

const author = { id: "test", type: "system", at: START_AT } as const;
const TOKEN = "a-token-that-nobody-guesses";
const CONFIGS = {
  calls: {
    type: "voice-tencent",
    config: {
      keyId: "AKID",
      keySecret: "secret",
      application: "1400",
      templates: [{ code: "1", variables: ["device"] }],
      reportToken: TOKEN,
    },
  },
  gateway: {
    type: "http-gateway",
    config: {
      url: "http://gateway.lan/call",
      callback: { reference: "id", pressed: "key", key: "5" },
      reportToken: TOKEN,
    },
  },
  deaf: { type: "http-gateway", config: { url: "http://gateway.lan/call" } },
} as const;

let api: TestApi;
let alertId: string;
beforeEach(async () => {
  api = await createTestApi();
  for (const [id, channel] of Object.entries(CONFIGS)) {
    const value = { id, name: id, enabled: true, ...channel };
    const { status, body } = await api.admin("PUT", `/api/v1/arrangements/channel/${id}`, { value });
    expect(status, JSON.stringify(body)).toBe(200);
  }
  await api.personWith("li", "crew", "a");
  const seeds = new Seeds(api.state);
  ({ id: alertId } = await seeds.open("dev-a"));
  const told = (channelId: string, about: string) => ({
    ...{ at: START_AT, alertId, incidentId: null, occasion: "opened" as const, personId: "li", channelId },
    ...{ verdict: "told" as const, reason: "first" as const, about, messageKey: `${channelId}-${about}` },
  });
  await seeds.notify({ ledger: [told("calls", "call-1"), told("gateway", "17")] });
});
afterEach(() => api.close());

const report = (channel: string, payload: string, { token = TOKEN, type = "application/json" } = {}) =>
  api.call("", "POST", `/api/v1/duty/channels/${channel}/reports/${token}`, {
    payload,
    headers: { "content-type": type },
  });
const pressed = (callid: string, keypress: string) => JSON.stringify({ voicekey_callback: { callid, keypress } });
const deeds = async () => (await api.state.alerts.actionsAfter(0, 10)).map(({ by, deed }) => `${by.id} ${deed.type}`);

describe("a telephone call", () => {
  it("is answered for by the key that says mine, by the one who was called", async () => {
    expect(await report("calls", pressed("call-1", "1"))).toMatchObject({
      status: 200,
      body: { result: 0, errmsg: "OK" },
    });
    expect(await deeds()).toEqual(["li acknowledge"]);
  });

  it("by a key of one's own, told as form fields", async () => {
    const form = { type: "application/x-www-form-urlencoded; charset=utf-8" };
    expect((await report("gateway", "id=17&key=1", form)).status).toBe(200);
    expect(await deeds()).toEqual([]);
    await report("gateway", "id=17&key=5%23", form);
    expect(await deeds()).toEqual(["li acknowledge"]);
  });

  it("does nothing by another key, of another call, or of another channel's", async () => {
    await report("calls", pressed("call-1", "2"));
    await report("calls", pressed("call-2", "1"));
    await report("gateway", '{"id":"call-1","key":"5"}');
    await report("calls", JSON.stringify({ voiceprompt_callback: { callid: "call-1", result: "0" } }));
    await report("calls", "{nope");
    expect(await deeds()).toEqual([]);
  });

  it("does nothing for somebody who has left, or when it is over", async () => {
    const li = await api.state.access.person("li");
    if (li) await api.state.access.putPerson({ ...li, disabledAt: START_AT }, author);
    expect((await report("calls", pressed("call-1", "1"))).status).toBe(200);
    expect(await deeds()).toEqual([]);
  });

  it("is not heard of at an address that is not the channel's", async () => {
    const key = pressed("call-1", "1");
    const tries = [
      await report("calls", key, { token: "a-token-that-somebody-guesses" }),
      await report("nowhere", key),
      await report("deaf", '{"id":"17","key":"1"}', { token: "undefined" }),
    ];
    expect(tries.map(({ status }) => status)).toEqual([404, 404, 404]);
    expect(await deeds()).toEqual([]);
  });

  it("keeps its token to itself", async () => {
    const { body } = await api.admin("GET", "/api/v1/arrangements/channel/calls");
    expect(body.value.config.reportToken).toBe("••••••");
  });
});
