import type { InterpretContext } from "./context.ts";
import type { Message } from "./message.ts";

/** Step 4: when it was received, when it was observed, and whether the kind knows the event. */
export function enrich(message: Message, context: InterpretContext): void {
  const { receivedAt } = message.record;
  for (const { drafts, observedAt } of message.raw) {
    if (drafts.length === 0) continue;
    const at = observedAt ?? context.memory.nextObservedAt(message.deviceId, receivedAt);
    for (const draft of drafts) {
      draft.observedAt = at;
      draft.receivedAt = receivedAt;
    }
  }
  const [first, second] = message.raw;
  if (first !== undefined) {
    message.readings = second === undefined ? first.drafts : message.raw.flatMap(({ drafts }) => drafts);
  }
  if (message.events.length === 0) return;
  const kind = message.device && context.kinds.get(message.device.kind);
  for (const event of message.events) event.known = kind !== undefined && Object.hasOwn(kind.events, event.type);
}
