import type { AlertEffect, PipelineInput } from "@linli/alerting";
import type { Connection } from "@linli/model";
import type { HistoryPosition, StateStore, Transition } from "@linli/stores";

/** So many of each at a time: what comes of them is one transaction. */
const AT_ONCE = 150;

/** How far the pipeline has taken what others wrote. */
export interface Progress {
  readonly history: HistoryPosition;
  readonly action: number;
  readonly delivery: number;
}

/** What was written since, in the order in which it may be taken. */
export interface News {
  readonly inputs: readonly PipelineInput[];
  readonly progress: Progress;
  /** Whether there is more. */
  readonly more: boolean;
}

/**
 * Reads what happened, what people did and what became of messages. Deeds are read before the history and taken after it:
 * one that was done about an alert never comes before the alert.
 */
export async function readNews({ alerts, notify, history }: StateStore, progress: Progress): Promise<News> {
  const actions = await alerts.actionsAfter(progress.action, AT_ONCE);
  const settled = await notify.settledAfter(progress.delivery, AT_ONCE);
  const part = await history.after(progress.history, AT_ONCE);
  const transitions = part.transitions.flatMap((transition) => inputOf(transition) ?? []);
  if (part.transitions.length === AT_ONCE) {
    return { inputs: transitions, progress: { ...progress, history: part.next }, more: true };
  }
  return {
    inputs: [
      ...transitions,
      ...actions.map((action) => ({ type: "action" as const, action })),
      ...settled.map((one) => ({ type: "settled" as const, settled: one })),
    ],
    progress: {
      history: part.next,
      action: actions.at(-1)?.seq ?? progress.action,
      delivery: settled.at(-1)?.seq ?? progress.delivery,
    },
    more: actions.length === AT_ONCE || settled.length === AT_ONCE || part.events.length === AT_ONCE,
  };
}

function inputOf({ type, deviceId, at, data }: Transition): PipelineInput | undefined {
  if (type === "alert") return { type, effect: data as unknown as AlertEffect, at };
  if (type !== "connection") return undefined;
  const { from, to } = data as unknown as { from: Connection; to: Connection };
  return { type, deviceId, from, to, at };
}
