import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { channelSettingSchema, contactSchema, ruleSchema, teamSchema } from "@linli/model";
import { type Author, openSqliteState } from "@linli/stores";
import { demand, loggedIn } from "./enrolment.ts";
import { eventually, type Platform } from "./platform.ts";

export const RULE = "test.hot";
const WORDS = { zh: "测试", en: "test" };

/** A rule that opens above 50 °C and clears below, and one person who is told of it through a webhook. */
export async function arrange(platform: Platform, url: string): Promise<void> {
  const { id } = await demand<{ id: string }>(platform, "POST", "/api/v1/people", {
    ...{ id: "li", name: "Li", language: "en", password: "a long password" },
    grants: [{ role: "crew", placeId: null }],
  });
  const author: Author = { id: "admin", type: "person", at: Date.now() };
  const state = await openSqliteState({ file: join(platform.dataDir, "state.db") });
  try {
    const channel = channelSettingSchema.parse({ id: "hook", name: "hook", type: "webhook", config: {} });
    await state.arrangements.put("channel", channel, 0, author);
    const secret = `whsec_${randomBytes(24).toString("base64")}`;
    const contact = contactSchema.parse({ id, default: [{ channelId: "hook", address: { url, secret } }] });
    await state.arrangements.put("contact", contact, 0, author);
    const team = { id: "desk", name: "desk", role: "property", placeId: null, members: [id], desk: true };
    await state.arrangements.put("team", teamSchema.parse(team), 0, author);
    const rule = { id: RULE, kinds: ["environment-sensor"], name: WORDS, start: "armed", role: "property" };
    const levels = [{ severity: "critical", when: { point: "temperature", above: 50 } }];
    const whole = ruleSchema.parse({ ...rule, lifeSafety: true, levels, text: WORDS, steps: WORDS });
    await state.rules.put(whole, 0, "for the test", author);
  } finally {
    await state.close();
  }
}

/** Says it until it is acknowledged, over as many connections as that takes. */
export async function report(platform: Platform, deviceId: string, token: string, temperature: number): Promise<void> {
  const payload = JSON.stringify({ ts: Date.now(), values: { temperature } });
  await eventually(`${deviceId} is acknowledged`, async () => {
    const client = await loggedIn(platform, { username: deviceId, password: token, clientId: deviceId });
    client.publish(`linli/v1/devices/${deviceId}/telemetry`, 1, payload);
    const acknowledged = await client.next("puback");
    client.socket.destroy();
    return acknowledged && true;
  });
}
