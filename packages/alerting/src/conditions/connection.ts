import type { Connection } from "@linli/model";
import { type ConditionNode, NO_GROUND, NOTHING_READ } from "./node.ts";

/** The state of the device's connection. Always known: `unknown` is one of the states. */
export function connectionNode(wanted: readonly Connection[]): ConditionNode {
  const asked = wanted.join(" or ");
  return {
    reads: { ...NOTHING_READ, connection: true },
    answer: ({ view }) => ({
      truth: wanted.includes(view.connection),
      facts: () => [{ what: "connection", value: view.connection, asked, observedAt: view.connectionSince }],
      ground: () => (view.connection === "online" ? NO_GROUND : "silence"),
    }),
  };
}
