import { createHash } from "node:crypto";
import { subjectOf, type World, wordMessage } from "@linli/alerting";
import { type Alert, compareSeverity, type Message } from "@linli/model";
import type { QueuedMessage } from "@linli/stores";

/** A message names no more alerts to programs. */
const MOST_ALERTS = 100;

/** One message in place of several to the same address, made of what each would have said; the same of the same ones. */
export function digestOf(queued: readonly [QueuedMessage, ...QueuedMessage[]], world: World, now: number): Message {
  const messages = queued.map(({ message }) => message);
  // of one that several tell of, the last word counts
  const alerts = [...new Map(messages.flatMap((message) => message.alerts.map((alert) => [alert.id, alert]))).values()];
  const { language } = queued[0].message;
  const keys = createHash("sha256").update(JSON.stringify(queued.map(({ key }) => key)));
  const key = `digest:${keys.digest("base64url")}`;
  const subjects = alerts.map((alert) => subjectOf(alert, world));
  return {
    key,
    subject: key,
    occasion: "digest",
    severity: worstOf(messages),
    lifeSafety: false,
    language,
    ...wordMessage({ about: "list", occasion: "digest", subjects, language, world, at: now }),
    ...(world.publicUrl !== undefined && { link: `${world.publicUrl}/alerts` }),
    alerts: alerts.slice(0, MOST_ALERTS),
    at: now,
  };
}

function worstOf(messages: readonly Pick<Message, "severity">[]): Alert["severity"] {
  return messages.map(({ severity }) => severity).reduce((a, b) => (compareSeverity(b, a) > 0 ? b : a));
}
