import type { Incident } from "@linli/model";

/** Alerts with one cause. */
export interface IncidentCase {
  incident: Incident;
  /** The cause's name: one open incident for each. */
  readonly cause: string;
  /** The alert that speaks for all (parent and common cause); null = each speaks, together. */
  lead: string | null;
  /** So many make it what it is; fewer, and the cause is over. */
  readonly atLeast: number;
  /** Where each alert stands among the members. */
  index: Record<string, number>;
  /** Members that are not over. */
  open: number;
  /** Since when the cause itself is over. */
  causeOverAt: number | null;
  /** What was last told: members, and how many of them were back. */
  told: { at: number; members: number; back: number };
  lookAt: number | null;
}

/** What may be told together. */
export interface GroupCase {
  /** Open ones that were told, or will be at `flushAt`. */
  members: Record<string, true>;
  count: number;
  flushAt: number | null;
  lastSentAt: number | null;
}

/** Devices that share something and may fall silent together. Times: journal. */
export interface ScopeCase {
  /** So many make a common cause. */
  readonly atLeast: number;
  fell: { readonly deviceId: string; readonly at: number }[];
  incidentId: string | null;
}

/** How often a rule opened on a device of late. */
export interface FlapCase {
  openings: number[];
  /** Since when its coming and going is told no more. */
  dampedSince: number | null;
  lastAt: number;
  /** The newest episode. */
  alertId: string;
  lookAt: number | null;
}

/** A message about several alerts: whose ledgers it is in. */
export interface LetterCase {
  readonly alerts: readonly string[];
}

/** Who was on duty in a team. */
export interface DutyCase {
  personId: string | null;
}

/** What a silence or announced work hides. */
export interface MutingCase {
  alerts: Record<string, true>;
  /** Of what was arranged when it began to hide. */
  readonly print: string;
  reminded: boolean;
  lookAt: number | null;
}
