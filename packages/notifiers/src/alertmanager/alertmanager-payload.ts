import { type Alert, days, type Message } from "@linli/model";
import { stableId } from "../stable-id.ts";

type Labels = Readonly<Record<string, string>>;

interface AlertmanagerAlert {
  readonly status: "firing" | "resolved";
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly generatorURL: string;
  readonly fingerprint: string;
}

/** Alertmanager's own way to say "not yet". */
const NEVER = "0001-01-01T00:00:00Z";
/** How long an Alertmanager holds an alert that nobody mentions again; it hears of clears, so this is only a backstop. */
const HELD_MS = days(7);
const iso = (ms: number) => new Date(ms).toISOString();

/** The labels identify an alert, so nothing that changes during its life may stand in them. */
function labelsOf(alert: Alert): Labels {
  return {
    alertname: alert.ruleId,
    device: alert.deviceId,
    alert_id: alert.id,
    life_safety: String(alert.lifeSafety),
    ...(alert.drill && { drill: "true" }),
  };
}

function describe(alert: Alert, message: Message): AlertmanagerAlert {
  const labels = labelsOf(alert);
  return {
    status: alert.active ? "firing" : "resolved",
    labels,
    annotations: { summary: message.title, description: message.text, severity: alert.severity },
    startsAt: iso(alert.openedAt),
    endsAt: alert.active ? NEVER : iso(alert.clearedAt ?? message.at),
    generatorURL: message.link ?? "",
    fingerprint: stableId(JSON.stringify(labels), 16),
  };
}

/** What is not about an alert (a test, a word of the platform) is told as an alert of its own. */
function describeItself(message: Message): AlertmanagerAlert {
  const labels = { alertname: `linli.${message.occasion}`, subject: message.subject };
  const resolved = message.occasion === "cleared" || message.occasion === "ended";
  return {
    status: resolved ? "resolved" : "firing",
    labels,
    annotations: { summary: message.title, description: message.text, severity: message.severity },
    startsAt: iso(message.at),
    endsAt: resolved ? iso(message.at) : NEVER,
    generatorURL: message.link ?? "",
    fingerprint: stableId(JSON.stringify(labels), 16),
  };
}

function alertsOf(message: Message): readonly AlertmanagerAlert[] {
  if (message.alerts.length === 0) return [describeItself(message)];
  return message.alerts.map((alert) => describe(alert, message));
}

function common(all: readonly Labels[]): Labels {
  const [first = {}, ...others] = all;
  return Object.fromEntries(
    Object.entries(first).filter(([name, value]) => others.every((next) => next[name] === value)),
  );
}

/** What Alertmanager posts to a webhook receiver (version 4). */
export function receiverPayload(message: Message, receiver: string) {
  const alerts = alertsOf(message);
  return {
    version: "4",
    groupKey: `{}:{subject="${message.subject}"}`,
    truncatedAlerts: 0,
    status: alerts.some((alert) => alert.status === "firing") ? "firing" : "resolved",
    receiver,
    groupLabels: { subject: message.subject },
    commonLabels: common(alerts.map((alert) => alert.labels)),
    commonAnnotations: common(alerts.map((alert) => alert.annotations)),
    externalURL: message.link ?? "",
    alerts,
  };
}

/** What is posted to an Alertmanager's API, `/api/v2/alerts`. */
export function apiPayload(message: Message) {
  return alertsOf(message).map(({ status, labels, annotations, startsAt, endsAt, generatorURL }) => ({
    labels,
    annotations,
    startsAt,
    endsAt: status === "firing" ? iso(message.at + HELD_MS) : endsAt,
    ...(generatorURL === "" ? {} : { generatorURL }),
  }));
}
