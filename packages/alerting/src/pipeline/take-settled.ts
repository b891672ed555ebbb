import type { AlertCase, Heard, Queued } from "./alert-case.ts";
import { finish, forget } from "./finish.ts";
import { look } from "./look.ts";
import type { Round } from "./round.ts";

/** What became of a message. */
export interface SettledMessage {
  readonly key: string;
  readonly alertId: string;
  readonly personId: string | null;
  readonly channelId: string;
  /** The channel accepted it, or may have. */
  readonly told: boolean;
  readonly detail: string;
  readonly at: number;
}

export function takeSettled(settled: SettledMessage, round: Round): void {
  const { letters, alerts } = round.cases;
  const named = letters.get(settled.key)?.alerts ?? [settled.alertId];
  letters.drop(settled.key);
  for (const alertId of named) {
    const one = alerts.get(alertId);
    if (one !== undefined) settle(one, settled, round);
  }
}

function settle(one: AlertCase, { key, told, detail }: SettledMessage, round: Round): void {
  const heard = one.heard.find(({ queued }) => queued.some((message) => message.key === key));
  const message = heard?.queued.find((queued) => queued.key === key);
  if (heard === undefined || message === undefined) return;
  heard.queued = heard.queued.filter((queued) => queued !== message);
  round.write(one, {
    occasion: message.occasion,
    personId: heard.personId,
    channelId: heard.channelId,
    verdict: told ? "told" : "failed",
    reason: told ? message.reason : "channel-failed",
    about: (told ? message.about : detail).slice(0, 500),
    messageKey: key,
  });
  const isOver = message.occasion === "cleared" || message.occasion === "ended";
  if (told && !isOver) arrive(one, heard, round);
  else if (!told && !isOver) fail(one, message, round);
  if (one.over?.phase === "done") forget(one, round);
  round.touch(one);
}

function arrive(one: AlertCase, heard: Heard, round: Round): void {
  heard.told = true;
  one.chain.delivered = true;
  const { over } = one;
  if (over === null) return;
  // it was being sent when it was taken back: now it has to be said that it is over
  const knows = one.heard.some(({ personId, key, toldOver }) => toldOver && sameReader({ personId, key }, heard));
  if (!knows) over.phase = "due";
  if (over.phase === "due") finish(one, round);
}

function sameReader(a: Pick<Heard, "personId" | "key">, b: Heard): boolean {
  return a.personId === null ? a.key === b.key : a.personId === b.personId;
}

/** Nobody of a step was reached: the next one does not wait. */
function fail(one: AlertCase, message: Queued, round: Round): void {
  const { chain, held, acknowledged, over, heard } = one;
  if (over !== null || held !== null || acknowledged !== null || chain.delivered || message.withdrawn) return;
  if (heard.some(({ queued }) => queued.length > 0)) return;
  const subject = round.subject(one);
  const { escalation } = round.route(subject);
  if (chain.step >= escalation.steps.length) {
    round.out.find({ code: "nobody-reached", subject: one.alert.id, detail: escalation.id });
    return;
  }
  chain.dueAt = round.now;
  look(one, round);
}
