import { demand } from "../support/enrolment.ts";
import { startPlatform } from "../support/platform.ts";
import { listen, searchLiterally, walkRoutes } from "./escapes/over-http.ts";
import { escapeOverMqtt } from "./escapes/over-mqtt.ts";
import { buildTown, expectUntouched } from "./escapes/town.ts";
import { type Fault, type FaultContext, mustHold } from "./fault.ts";

async function run({ rounds, note }: FaultContext): Promise<string> {
  const figures = { denied: 0, calls: 0, streams: 0 };
  for (let n = 1; n <= rounds; n++) {
    const platform = await startPlatform();
    try {
      const town = await buildTown(platform);
      figures.denied += await escapeOverMqtt(town);
      figures.calls += await walkRoutes(town);
      await expectUntouched(town);
      await searchLiterally(town);
      const { items } = await demand<{ items: unknown[] }>(platform, "GET", "/api/v1/audit?action=access.denied");
      mustHold(items.length > 0, "the audit log does not tell of calls that were denied");
      figures.streams += await listen(town);
      note(`round ${n}: ${JSON.stringify(figures)}`);
    } finally {
      await platform.dispose();
    }
  }
  const { denied, calls, streams } = figures;
  return `${denied} denials over MQTT, all audited; ${calls} calls over HTTP and ${streams} streams from another place: nothing leaked, nothing written`;
}

export const f15: Fault = {
  id: "F15",
  title: "escapes into another device's topics and another place's data, over MQTT and HTTP",
  rounds: 1,
  run,
};
