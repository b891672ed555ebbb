import { days } from "@linli/model";
import type { AlertStore } from "@linli/stores";

const PAGE = 500;
const MOST = 5_000;
/** No limit counts over longer. */
const LONGEST = days(1);

/**
 * When each person's or room's channel took messages before the start, so that a restart does not spend a limit twice:
 * from the ledger, which is there anyway.
 */
export async function sentBefore(
  alerts: AlertStore,
  now: number,
): Promise<(channelId: string, personId: string | null) => readonly number[]> {
  const moments = new Map<string, Map<string, number>>();
  let read = 0;
  for (let after: string | undefined; read < MOST; ) {
    const page = await alerts.ledger({ from: now - LONGEST }, { limit: PAGE, ...(after !== undefined && { after }) });
    for (const { verdict, channelId, personId, messageKey, about, at } of page.items) {
      if (verdict !== "told" || channelId === null || messageKey === null) continue;
      const sent = moments.get(keyOf(channelId, personId)) ?? new Map<string, number>();
      // several that went in one message went at one moment
      sent.set(/^in (digest:\S+),/.exec(about)?.[1] ?? messageKey, at);
      moments.set(keyOf(channelId, personId), sent);
    }
    read += page.items.length;
    if (page.next === null) break;
    after = page.next;
  }
  return (channelId, personId) => [...(moments.get(keyOf(channelId, personId))?.values() ?? [])];
}

function keyOf(channelId: string, personId: string | null): string {
  return `${channelId} ${personId ?? ""}`;
}
