import { CHANNELS, createGuardedFetch } from "@linli/notifiers";
import type { Deps, Settings } from "@linli/runtime";
import { type NotifyDeps, NotifyLoop } from "./loop.ts";
import { page } from "./page.ts";

/** Those who tell people, as the settings say, with every channel there is. */
export function openNotify(
  settings: Settings,
  { clock, log }: Deps,
  given: Pick<NotifyDeps, "state" | "metrics" | "changed">,
): Promise<NotifyLoop> {
  const allowPrivate = settings.LINLI_CHANNELS_ALLOW.split(",").flatMap((host) => host.trim() || []);
  return NotifyLoop.open({
    ...given,
    clock,
    log,
    channels: new Map([...CHANNELS, [page.id, page]]),
    fetch: createGuardedFetch({ allowPrivate }),
    timeZone: settings.LINLI_TIME_ZONE,
    publicUrl: settings.LINLI_PUBLIC_URL,
  });
}
