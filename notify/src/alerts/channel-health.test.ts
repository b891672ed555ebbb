import { minutes, seconds } from "@linli/model";
import { expect, test } from "vitest";
import { ChannelsHealth } from "./channel-health.ts";

test("many failures at once are the weather; as many over two minutes are a dead channel, until one is delivered", () => {
  const health = new ChannelsHealth();
  for (let n = 0; n < 20; n++) health.failed("sms", "HTTP 503", seconds(n));
  expect(health.faults()).toEqual([]);
  health.failed("sms", "HTTP 401", minutes(2));
  expect(health.faults()).toMatchObject([{ code: "channel.dead", subject: "sms", since: 0 }]);
  expect(health.faults()[0]?.detail).toContain("HTTP 401");
  health.worked("sms", minutes(3));
  expect(health.faults()).toEqual([]);
  expect(health.of("sms")).toMatchObject({ deliveredAt: minutes(3), dead: false, lastError: null });
});

test("a channel that is set up anew begins anew", () => {
  const health = new ChannelsHealth();
  for (let n = 0; n < 5; n++) health.failed("sms", "HTTP 401", minutes(n));
  health.forget("sms");
  expect(health.faults()).toEqual([]);
});
