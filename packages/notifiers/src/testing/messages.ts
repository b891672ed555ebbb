import type { Alert, Message } from "@linli/model";

export const NOW = Date.parse("2026-06-01T08:14:00Z");

export const entrapment: Alert = {
  id: "lift.entrapment_elevator-07_mb3x8k2p",
  ruleId: "lift.entrapment",
  ruleVersion: 3,
  deviceId: "elevator-07",
  severity: "critical",
  lifeSafety: true,
  active: true,
  latched: true,
  stale: false,
  openedAt: NOW - 5_000,
  beganAt: NOW - 6_000,
  lastSeenAt: NOW - 5_000,
  clearedAt: null,
  endedBy: null,
  facts: [{ what: "entrapment", value: true, asked: "an event", observedAt: NOW - 6_000 }],
};

/** A message as the pipeline hands it over. */
export function messageOf(changes: Partial<Message> = {}): Message {
  return {
    key: "alert:lift.entrapment_elevator-07_mb3x8k2p:opened:1/zhang",
    subject: "lift.entrapment_elevator-07_mb3x8k2p",
    occasion: "opened",
    severity: "critical",
    lifeSafety: true,
    language: "zh-CN",
    title: "【邻里】紧急：3幢2单元 7号梯，有人被困",
    text: "16:14 触发，请 3 分钟内确认。\n轿厢停在 5 楼与 6 楼之间。",
    link: "https://linli.example/alerts/lift.entrapment_elevator-07_mb3x8k2p",
    variables: { device: "7号梯", place: "3幢2单元", what: "有人被困", since: "16:14" },
    alerts: [entrapment],
    at: NOW,
    ...changes,
  };
}
