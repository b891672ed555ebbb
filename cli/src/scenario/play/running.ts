import { setTimeout } from "node:timers/promises";
import { mqttTransport } from "@linli/devices-sim/app";
import { closingTopic, LinliError } from "@linli/model";
import { localClient, reachableHost, type Settings, socketPath, systemClock } from "@linli/runtime";
import type { StateStore } from "@linli/stores";
import type { Running } from "./play.ts";

const ANSWER_MS = 8_000;
const LONGEST_WAIT_MS = 60_000;

/** The platform that runs on a data folder; Ctrl-C breaks off what waits for it. */
export function runningOn(state: StateStore, settings: Settings): Running & { close(): void } {
  const { LINLI_DATA_DIR: dataDir, LINLI_HOST: host, LINLI_MQTT_PORT: port } = settings;
  const broker = localClient(socketPath(dataDir, "broker"));
  const stop = new AbortController();
  const onInterrupt = () => stop.abort();
  process.once("SIGINT", onInterrupt);
  return {
    state,
    clock: systemClock,
    transport: mqttTransport(`mqtt://${reachableHost(host)}:${port}`),
    async closed(alertId, personId, content) {
      const payloadBase64 = Buffer.from(JSON.stringify(content)).toString("base64");
      const messages = [{ principal: `person:${personId}`, topic: closingTopic(alertId), payloadBase64 }];
      await broker.call("append", { messages }, ANSWER_MS);
    },
    async until(at) {
      for (let left = at - systemClock.now(); left > 0; left = at - systemClock.now()) {
        await setTimeout(Math.min(left, LONGEST_WAIT_MS), undefined, { signal: stop.signal }).catch(() => {});
        if (stop.signal.aborted) throw new LinliError("unavailable", "broken off");
      }
    },
    close() {
      process.off("SIGINT", onInterrupt);
      broker.close();
    },
  };
}
