import type { Generated } from "kysely";

/** The store gives the number. */
type Numbered<Row extends { readonly seq: number }> = Omit<Row, "seq"> & { readonly seq: Generated<number> };

/** The rows of rules, arrangements, alerts and notify, as `Tables` says. */
export interface AlertTables {
  rule_versions: RuleVersionRow;
  rule_overrides: RuleOverrideRow;
  arrangements: ArrangementRow;
  alerts: Numbered<AlertRow>;
  shadow_alerts: Numbered<ShadowAlertRow>;
  alert_actions: Numbered<AlertActionRow>;
  incidents: Numbered<IncidentRow>;
  ledger: Numbered<LedgerRow>;
  notify_checkpoint: NotifyCheckpointRow;
  notify_cases: { key: string; state: string };
  outbox: Numbered<OutboxRow>;
  settled: Numbered<SettledRow>;
  rule_memories: { device_id: string; rule_id: string; state: string };
  /** Pieces of a large commit of watch: see watch-parts.ts. */
  watch_parts: Numbered<{ seq: number; commit_no: number; part: string }>;
}

export interface RuleVersionRow {
  rule_id: string;
  version: number;
  origin: string;
  standing: string;
  changed_at: number;
  changed_by: string;
  reason: string;
  rule: string;
}

export interface RuleOverrideRow {
  rule_id: string;
  device_id: string;
  params: string;
  changed_at: number;
  changed_by: string;
  reason: string;
}

export interface ArrangementRow {
  type: string;
  id: string;
  version: number;
  newest: number;
  changed_at: number;
  changed_by: string;
  /** Null = it was removed. */
  value: string | null;
}

export interface AlertRow {
  seq: number;
  id: string;
  rule_id: string;
  device_id: string;
  /** As they were when it opened; empty for a device that nobody knows. */
  kind: string;
  place_id: string;
  opened_at: number;
  active: number;
  /** Its place in SEVERITIES. */
  severity: number;
  latched: number;
  ended_by: string | null;
  over_at: number | null;
  /** The journal's time of the last transition. */
  changed_at: number;
  acknowledged: number;
  first_acknowledged_at: number | null;
  suppressed: number;
  outcome: string | null;
  assignee: string | null;
  incident_id: string | null;
  alert: string;
  care: string | null;
}

export interface ShadowAlertRow {
  seq: number;
  id: string;
  rule_id: string;
  opened_at: number;
  over_at: number | null;
  changed_at: number;
  alert: string;
}

export interface AlertActionRow {
  seq: number;
  alert_id: string;
  at: number;
  by_type: string;
  by_id: string;
  deed: string;
}

export interface IncidentRow {
  seq: number;
  id: string;
  place_id: string | null;
  open: number;
  opened_at: number;
  closed_at: number | null;
  incident: string;
}

export interface LedgerRow {
  seq: number;
  at: number;
  alert_id: string;
  incident_id: string | null;
  occasion: string;
  person_id: string | null;
  channel_id: string | null;
  verdict: string;
  reason: string;
  about: string;
  message_key: string | null;
}

export interface NotifyCheckpointRow {
  role: string;
  history_event: number;
  history_transition: number;
  action: number;
  delivery: number;
  memory: string;
}

export interface OutboxRow {
  seq: number;
  key: string;
  line: string;
  head: number;
  urgent: number;
  subject: string;
  channel_id: string;
  address: string;
  alert_id: string;
  person_id: string | null;
  queued_at: number;
  attempts: number;
  due_at: number;
  sending: number;
  last_error: string | null;
  message: string;
}

export interface SettledRow {
  seq: number;
  key: string;
  alert_id: string;
  person_id: string | null;
  channel_id: string;
  told: number;
  detail: string;
  at: number;
}
