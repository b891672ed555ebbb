import { closedAlertOf, outcomeSchema } from "@linli/model";
import type { JournalRecord } from "@linli/stores";
import { z } from "zod";

/** A person closed an episode; it stands in the journal, so that what comes of it is decided like everything else. */
interface Closing {
  readonly alertId: string;
  readonly ruleId: string;
  readonly deviceId: string;
  readonly by: string;
  readonly outcome: string;
}

const PERSON = "person:";
const ALERT_ID = /^(?<ruleId>[^_]+)_(?<deviceId>.+)_[0-9a-z]+$/;
const payloadSchema = z.object({ outcome: outcomeSchema, text: z.string().optional() });

/** Whether a record is a word of the platform's own: no credential has such a name, so no device can say it. */
export function isInternal({ kind, principal }: Pick<JournalRecord, "kind" | "principal">): boolean {
  return kind === "push" && principal.startsWith(PERSON);
}

/** `undefined` for anything else that people may come to say one day. */
export function closingOf({ principal, topic, payload }: JournalRecord): Closing | undefined {
  const alertId = closedAlertOf(topic);
  const named = alertId === undefined ? undefined : ALERT_ID.exec(alertId)?.groups;
  if (alertId === undefined || named === undefined) return undefined;
  const { ruleId = "", deviceId = "" } = named;
  let body: unknown;
  try {
    body = JSON.parse(Buffer.from(payload).toString());
  } catch {
    return undefined;
  }
  const parsed = payloadSchema.safeParse(body);
  return parsed.success ? { alertId, ruleId, deviceId, by: principal, outcome: parsed.data.outcome } : undefined;
}
