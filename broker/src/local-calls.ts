import { alertIdSchema, LinliError } from "@linli/model";
import type { AppendCall, LocalHandler, PublishAlertsCall, PublishStatesCall } from "@linli/runtime";
import { z } from "zod";
import type { AlertTopics } from "./alert-topics.ts";
import type { JournalIntake } from "./journal-intake.ts";
import type { StateTopics } from "./state-topics.ts";

const appendSchema: z.ZodType<AppendCall> = z.strictObject({
  messages: z
    .array(z.strictObject({ principal: z.string(), topic: z.string(), payloadBase64: z.base64() }))
    .max(100_000),
});
const statesSchema: z.ZodType<PublishStatesCall> = z.strictObject({
  states: z.array(z.strictObject({ deviceId: z.string(), payload: z.string() })),
});
const alertsSchema: z.ZodType<PublishAlertsCall> = z.strictObject({
  alerts: z.array(z.strictObject({ alertId: alertIdSchema, open: z.boolean(), payload: z.string() })).max(10_000),
});

function parsed<T>(schema: z.ZodType<T>, body: unknown): T {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  throw new LinliError("invalid", z.prettifyError(result.error));
}

/**
 * Messages that came over HTTP: on disk when it resolves; `unavailable` when one of them is not. The valve holds back MQTT
 * connections; a sender over HTTP is asked to come again.
 */
function append(intake: JournalIntake, { messages }: AppendCall): Promise<void> {
  if (intake.full) throw new LinliError("unavailable", "more waits for the disk than may: try again in a moment");
  return new Promise((resolve, reject) => {
    let open = messages.length;
    let failure: Error | undefined;
    if (open === 0) resolve();
    for (const { principal, topic, payloadBase64 } of messages) {
      intake.message("push", principal, { topic, payload: Buffer.from(payloadBase64, "base64") }, (error) => {
        failure ??= error ?? undefined;
        if (--open > 0) return;
        if (failure) reject(failure);
        else resolve();
      });
    }
  });
}

/** What sibling processes may ask of the broker, beside its status. */
export function localCalls(
  intake: JournalIntake,
  { states, alerts }: { readonly states: StateTopics; readonly alerts: AlertTopics },
): Record<string, LocalHandler> {
  return {
    append: async (body) => append(intake, parsed(appendSchema, body)),
    "publish-alerts": async (body) => alerts.publish(parsed(alertsSchema, body).alerts),
    "publish-states": async (body) => states.publish(parsed(statesSchema, body).states),
  };
}
