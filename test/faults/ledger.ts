import type { RawPublisher } from "@linli/testing";
import { storedSerials } from "../support/fleet.ts";
import type { Platform } from "../support/platform.ts";
import { mustHold } from "./fault.ts";

/** Sent, acknowledged, stored, unique: over all devices of a load. */
export interface Ledger {
  readonly sent: number;
  readonly acknowledged: number;
  readonly stored: number;
  readonly unique: number;
  /** Acknowledged and not stored: must be empty. */
  readonly lost: readonly string[];
  /** Stored and never sent: must be empty. */
  readonly invented: readonly string[];
}

/** Gives the serials of a device that are stored, as often as they are stored. */
export type StoredOf = (deviceId: string, publisher: RawPublisher) => Promise<readonly number[]>;

/** Compares what each device was told with what the API says is stored. */
export function settleAccounts(platform: Platform, fleet: ReadonlyMap<string, RawPublisher>): Promise<Ledger> {
  return balance(fleet, (deviceId, publisher) => storedSerials(platform, deviceId, publisher));
}

/** Compares what each device was told with what is stored by that account. */
export async function balance(fleet: ReadonlyMap<string, RawPublisher>, storedOf: StoredOf): Promise<Ledger> {
  const totals = { sent: 0, acknowledged: 0, stored: 0, unique: 0 };
  const lost: string[] = [];
  const invented: string[] = [];
  for (const [deviceId, publisher] of fleet) {
    const stored = await storedOf(deviceId, publisher);
    const unique = new Set(stored);
    totals.sent += publisher.sent;
    totals.acknowledged += publisher.acknowledged.size;
    totals.stored += stored.length;
    totals.unique += unique.size;
    for (const serial of publisher.acknowledged) if (!unique.has(serial)) lost.push(`${deviceId}:${serial}`);
    for (const serial of unique) if (!publisher.wasSent(serial)) invented.push(`${deviceId}:${serial}`);
  }
  return { ...totals, lost, invented };
}

export function ledgerLine({ sent, acknowledged, stored, unique }: Ledger): string {
  return `sent ${sent}, acknowledged ${acknowledged}, stored ${stored}, unique ${unique}`;
}

/** The sentence that must never be false, and no reading twice or out of nowhere. */
export function judge(ledger: Ledger): void {
  const { lost, invented, stored, unique } = ledger;
  const figures = `(${ledgerLine(ledger)})`;
  mustHold(lost.length === 0, `${lost.length} acknowledged and lost: ${lost.slice(0, 5).join(", ")} ${figures}`);
  mustHold(stored === unique, `stored twice: ${stored - unique} ${figures}`);
  mustHold(invented.length === 0, `stored and never sent: ${invented.slice(0, 5).join(", ")} ${figures}`);
}
