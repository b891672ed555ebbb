import { seconds } from "@linli/model";
import { CHANNELS, createGuardedFetch } from "@linli/notifiers";
import { createSlewedClock, type Deps, type Settings } from "@linli/runtime";
import { type NotifyDeps, NotifyLoop } from "./loop.ts";
import { page } from "./page.ts";

/** A machine that slept is late at once; one whose clock was a little slow catches up gently. */
const BELIEVED_AHEAD = seconds(5);

/**
 * Those who tell people, as the settings say, with every channel there is. Their clock never steps back: an escalation
 * does not wait an hour longer because the server's clock was set back by one.
 */
export async function openNotify(
  settings: Settings,
  { clock, log }: Deps,
  given: Pick<NotifyDeps, "state" | "metrics" | "changed">,
): Promise<NotifyLoop> {
  const allowPrivate = settings.LINLI_CHANNELS_ALLOW.split(",").flatMap((host) => host.trim() || []);
  const [newest] = (await given.state.alerts.ledger({}, { limit: 1 })).items;
  const now = createSlewedClock(clock, { notBefore: newest?.at ?? 0, believedAheadMs: BELIEVED_AHEAD });
  return NotifyLoop.open({
    ...given,
    clock: { ...clock, now },
    wallClock: () => clock.now(),
    log,
    channels: new Map([...CHANNELS, [page.id, page]]),
    fetch: createGuardedFetch({ allowPrivate }),
    timeZone: settings.LINLI_TIME_ZONE,
    publicUrl: settings.LINLI_PUBLIC_URL,
  });
}
