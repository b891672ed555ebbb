import type { Alert, AlertAction, AlertCare, AlertDeed, Incident, LedgerEntry, Severity } from "@linli/model";
import type { Author } from "./author.ts";
import type { Page, PageRequest } from "./page.ts";
import type { Transition } from "./watch.ts";

/** An alert, and how far the response to it is; null = nobody has looked at it yet. */
export interface AlertRecord {
  readonly alert: Alert;
  readonly care: AlertCare | null;
}

export interface AlertFilter {
  readonly active?: boolean;
  readonly acknowledged?: boolean;
  /** Whether people are not told for now. */
  readonly suppressed?: boolean;
  readonly latched?: boolean;
  readonly severities?: readonly Severity[];
  readonly kinds?: readonly string[];
  readonly ruleIds?: readonly string[];
  readonly deviceIds?: readonly string[];
  /** Any of these places and everything below them (a scope, or a choice within it): where the device was at the opening. */
  readonly placeIds?: readonly string[];
  readonly incidentId?: string;
  readonly assignee?: string;
  /** Exercises only, or none of them. */
  readonly drill?: boolean;
  /** In rule id, or in the id, name or a tag of the device; case-insensitive. */
  readonly search?: string;
  /** Opened at or after, and before; epoch ms. */
  readonly from?: number;
  readonly to?: number;
}

/** All that are given have to fit. */
export interface LedgerFilter {
  readonly personId?: string;
  readonly channelId?: string;
  /** Word for word. */
  readonly about?: string;
  readonly from?: number;
  readonly to?: number;
}

/** What happened to one alert, in order of time: what was decided, done and told; the newest 1,000 of each. */
export interface AlertTimeLine {
  readonly transitions: readonly Transition[];
  readonly actions: readonly AlertAction[];
  readonly ledger: readonly LedgerEntry[];
}

/** One rule over a stretch of time; times in ms, null = none. */
export interface RuleStatistics {
  readonly ruleId: string;
  readonly opened: number;
  readonly real: number;
  readonly nuisance: number;
  readonly known: number;
  readonly medianToAcknowledge: number | null;
  readonly medianToClear: number | null;
}

/** Written by watch (`WatchCommit`), notify (`NotifyStore`) and, here, by people. */
export interface AlertStore {
  alert(id: string): Promise<AlertRecord | undefined>;
  /** Active ones first, by severity and then newest; past ones newest first. */
  alerts(filter: AlertFilter, page: PageRequest): Promise<Page<AlertRecord>>;
  /** Open ones by severity, for badges, without drills; `placeIds` as in the filter. */
  counts(placeIds?: readonly string[]): Promise<Readonly<Record<Severity, number>>>;
  timeLine(id: string): Promise<AlertTimeLine | undefined>;
  /** Alerts of rules in shadow, newest first; of all of them without a rule. */
  shadows(ruleId: string | undefined, page: PageRequest): Promise<Page<Alert>>;
  /** Writes it down; what comes of it is notify's. `not-found` for an unknown alert. Told under `alert-action`. */
  act(alertId: string, deed: AlertDeed, author: Author): Promise<AlertAction>;
  /** Oldest first. */
  actionsAfter(seq: number, limit: number): Promise<readonly AlertAction[]>;
  incident(id: string): Promise<Incident | undefined>;
  /** Open first, then newest first. */
  incidents(
    filter: { readonly open?: boolean; readonly placeIds?: readonly string[] },
    page: PageRequest,
  ): Promise<Page<Incident>>;
  /** Newest first. */
  ledger(filter: LedgerFilter, page: PageRequest): Promise<Page<LedgerEntry>>;
  /** Of the alerts that opened in [from, to), without drills, in order of rule id; the first acknowledgement of each counts. */
  statistics(from: number, to: number): Promise<readonly RuleStatistics[]>;
  /** Forgets the alerts that were over before, and all that happened to them; never an active one. */
  trim(before: number): Promise<void>;
}
