import type { Generated } from "kysely";
import type { AlertTables } from "./alert-tables.ts";

/**
 * The rows as stored, by table. Only types that PostgreSQL has as well: booleans are 0/1, times are epoch ms, JSON is
 * text. Rules of the domain stand in the sections, keys and references here and in the migrations.
 */
export interface Tables extends AlertTables {
  meta: { key: string; value: string };
  places: { id: string; level: string; parent_id: string | null; name: string; sort_order: number };
  devices: DeviceRow;
  credentials: CredentialRow;
  people: PersonRow;
  sessions: SessionRow;
  tokens: TokenRow;
  audit: AuditRow;
  changes: { seq: Generated<number>; at: number; topic: string; id: string; data: string };
  leases: { role: string; owner: string; epoch: number; expires_at: number };
  watch_checkpoint: WatchCheckpointRow;
  device_states: DeviceStateRow;
  transitions: TransitionRow;
  archive_totals: ArchiveTotalsRow;
  events: EventRow;
  dead_letters: DeadLetterRow;
  dead_letter_counts: { reason: string; count: number; bytes: number };
  history_positions: { follower: string; event: number; transition: number };
  commands: CommandRow;
}

export interface DeviceRow {
  id: string;
  kind: string;
  name: string;
  place_id: string;
  gateway_id: string | null;
  units: string;
  extra_points: string;
  offline_after_ms: number | null;
  tags: string;
  /** Id, name and tags in one folded text: what a search looks through. */
  search_text: string;
  version: number;
  created_at: number;
  retired_at: number | null;
}

export interface CredentialRow {
  id: string;
  device_id: string;
  type: string;
  hash: Uint8Array;
  created_at: number;
  expires_at: number | null;
  revoked_at: number | null;
}

export interface PersonRow {
  id: string;
  name: string;
  grants: string;
  language: string;
  password_hash: string | null;
  created_at: number;
  disabled_at: number | null;
}

export interface SessionRow {
  id: string;
  person_id: string;
  hash: Uint8Array;
  created_at: number;
  expires_at: number;
  user_agent: string;
}

export interface TokenRow {
  id: string;
  name: string;
  hash: Uint8Array;
  grants: string;
  created_at: number;
  created_by: string;
  expires_at: number | null;
  revoked_at: number | null;
}

interface AuditRow {
  seq: Generated<number>;
  at: number;
  author_id: string;
  author_type: string;
  address: string | null;
  action: string;
  target: string;
  detail: string;
}

interface WatchCheckpointRow {
  role: string;
  position: string;
  sequence: number;
  time: number;
  memory: string;
  /** Numbers the commits; states of a higher number are of one that never ended. */
  commit_no: number;
}

/** Each device has two slots, filled in turn: see watch.ts. */
export interface DeviceStateRow {
  device_id: string;
  slot: number;
  commit_no: number;
  connection: string;
  connection_since: number;
  last_seen_at: number | null;
  points: string;
}

export interface TransitionRow {
  seq: Generated<number>;
  key: string;
  type: string;
  device_id: string;
  at: number;
  data: string;
  /** Of transitions of alerts. */
  alert_id: string | null;
}

export interface ArchiveTotalsRow {
  role: string;
  position: string;
  sequence: number;
  written: number;
  rejected: number;
  conflicts: number;
  dead_letters_dropped: number;
  memory: string | null;
}

export interface EventRow {
  /** In the order in which they were committed. */
  arrival: Generated<number>;
  id: string;
  device_id: string;
  type: string;
  observed_at: number;
  received_at: number;
  seq: number | null;
  data: string | null;
  known: number;
}

export interface DeadLetterRow {
  seq: Generated<number>;
  id: string;
  received_at: number;
  device_id: string;
  principal: string;
  topic: string;
  reason: string;
  field: string;
  value: string;
  replayed_at: number | null;
  payload: Uint8Array;
}

export interface CommandRow {
  seq: Generated<number>;
  id: string;
  device_id: string;
  name: string;
  args: string;
  state: string;
  created_at: number;
  created_by: string;
  expires_at: number;
  sent_at: number | null;
  answered_at: number | null;
  ok: number | null;
  detail: string | null;
}
