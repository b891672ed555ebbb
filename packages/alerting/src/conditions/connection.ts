import type { Connection } from "@linli/model";
import type { ConditionNode } from "./node.ts";

/** The state of the device's connection. Never unknown: `unknown` is one of the states. */
export function connectionNode(wanted: readonly Connection[]): ConditionNode {
  return {
    reads: { points: [], events: [], connection: true },
    answer: ({ view }) => ({
      truth: wanted.includes(view.connection),
      facts: [
        {
          what: "connection",
          value: view.connection,
          asked: wanted.join(" or "),
          observedAt: view.connectionSince,
        },
      ],
    }),
  };
}
