import type { Connection } from "@linli/model";
import type { DeviceView } from "../signal.ts";
import { type ConditionNode, NO_GROUND, NOTHING_READ } from "./node.ts";

function isOnline({ connection }: DeviceView): boolean {
  return connection === "online";
}

/** The state of the device's connection. Always known: `unknown` is one of the states. */
export function connectionNode(wanted: readonly Connection[]): ConditionNode {
  const asked = wanted.join(" or ");
  const asksForSilence = !wanted.includes("online");
  return {
    reads: { ...NOTHING_READ, connection: true },
    answer: ({ view }) => ({
      truth: wanted.includes(view.connection),
      facts: () => [{ what: "connection", value: view.connection, asked, observedAt: view.connectionSince }],
      // a device that is late may still be measured: only an answer that asks for its silence stands on it
      ground: () => (asksForSilence === wanted.includes(view.connection) && !isOnline(view) ? "silence" : NO_GROUND),
    }),
  };
}
