import type { LedgerEntry } from "@linli/model";

/** Where one message to one address stands. */
export interface LedgerLine extends LedgerEntry {
  /** When it was handed over, before anybody said what became of it. */
  readonly queuedAt: number;
}

export interface LedgerView {
  /** Accepted by the channel, or on its way: newest first. */
  readonly told: readonly LedgerLine[];
  /** Held back, taken back or not delivered, each with its reason: newest first. */
  readonly notTold: readonly LedgerLine[];
}

/** Withheld for the same reason again: the same line. */
function keyOf({ seq, messageKey, verdict, personId, channelId, occasion, reason, about }: LedgerEntry): string {
  if (messageKey !== null) return `${messageKey} ${personId} ${channelId}`;
  return verdict === "withheld" ? [personId, channelId, occasion, reason, about].join(" ") : String(seq);
}

/** One line for each message instead of one for each thing that became of it. */
export function readLedger(entries: readonly LedgerEntry[]): LedgerView {
  const lines = new Map<string, LedgerLine>();
  for (const entry of entries.toSorted((a, b) => a.seq - b.seq)) {
    const key = keyOf(entry);
    lines.set(key, { ...entry, queuedAt: lines.get(key)?.queuedAt ?? entry.at });
  }
  const newest = [...lines.values()].toReversed();
  const isTold = ({ verdict }: LedgerLine) => verdict === "told" || verdict === "queued";
  return { told: newest.filter(isTold), notTold: newest.filter((line) => !isTold(line)) };
}
