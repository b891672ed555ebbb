import type { Rule, RuleOverride, RuleVersion } from "@linli/model";
import type { Author } from "./author.ts";
import type { Page, PageRequest } from "./page.ts";

/** Rules with their versions, and what single devices have otherwise. Each change is told under `rule`. */
export interface RuleStore {
  /** Every rule's current version, and candidates; in order of id. */
  current(): Promise<readonly RuleVersion[]>;
  version(ruleId: string, version: number): Promise<RuleVersion | undefined>;
  /** Newest first. */
  versions(ruleId: string, page: PageRequest): Promise<Page<RuleVersion>>;
  /**
   * Adds a version. `conflict` unless `after` is the newest one's number (0 = there is none). Of a life-safety rule that
   * is in force it becomes a candidate, and replaces an earlier candidate; of others it is current at once.
   */
  put(rule: Rule, after: number, reason: string, author: Author): Promise<RuleVersion>;
  /** Puts a candidate in force. `not-found` when that version is none. */
  promote(ruleId: string, version: number, author: Author): Promise<RuleVersion>;
  /** Its versions stay readable. A shipped one comes back only by `put`. `not-found`. */
  remove(ruleId: string, reason: string, author: Author): Promise<void>;
  /**
   * What Linli ships now: new ones are added, and those that were shipped differently get a version; what a person wrote
   * or removed stays theirs. Shipped versions are current at once. Returns the ids that changed.
   */
  ship(rules: readonly Rule[], author: Author): Promise<readonly string[]>;

  overrides(): Promise<readonly RuleOverride[]>;
  /** No `params` = removes it. `not-found` for an unknown rule or device. */
  putOverride(override: Pick<RuleOverride, "ruleId" | "deviceId" | "params" | "reason">, author: Author): Promise<void>;
}
