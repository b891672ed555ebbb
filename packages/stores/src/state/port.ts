import type { AccessStore } from "./access.ts";
import type { AlertStore } from "./alerts.ts";
import type { ArchiveStore } from "./archive.ts";
import type { ArrangementStore } from "./arrangements.ts";
import type { ChangesStore } from "./changes.ts";
import type { CommandStore } from "./commands.ts";
import type { HistoryStore } from "./history.ts";
import type { LeaseStore } from "./leases.ts";
import type { NotifyStore } from "./notify.ts";
import type { RegistryStore } from "./registry.ts";
import type { RuleStore } from "./rules.ts";
import type { WatchStore } from "./watch.ts";

/**
 * What is known and decided: registry, people, device state, dead letters, commands, audit. A set of coarse units of
 * work, each one transaction (BEGIN IMMEDIATE, at most 20 ms, never across an await); never a transaction handle.
 * Everything that a person changes takes an `Author` and writes its audit line in the same transaction.
 */
export interface StateStore {
  readonly registry: RegistryStore;
  readonly access: AccessStore;
  readonly watch: WatchStore;
  readonly rules: RuleStore;
  readonly arrangements: ArrangementStore;
  readonly alerts: AlertStore;
  readonly notify: NotifyStore;
  readonly archive: ArchiveStore;
  readonly history: HistoryStore;
  readonly commands: CommandStore;
  readonly changes: ChangesStore;
  readonly leases: LeaseStore;
  /** A consistent copy of the whole store into a new file. Fails with `conflict` when the file exists. */
  backup(file: string): Promise<void>;
  close(): Promise<void>;
}
