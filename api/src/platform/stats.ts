import { CONNECTIONS, type Stats } from "@linli/model";
import type { BrokerDetails, IngestDetails, ProcessStatus } from "@linli/runtime";
import type { ArchiveTotals } from "@linli/stores";
import { covers, type Scope } from "../access/scope.ts";
import type { Parts } from "../parts.ts";
import type { PlatformView } from "./monitor.ts";

function processesOf(view: PlatformView, own: ProcessStatus): Stats["processes"] {
  const statuses = new Map<string, ProcessStatus | undefined>([...view.statuses, ["api", own]]);
  const supervised = view.supervisor?.processes ?? {};
  const names = new Set([...statuses.keys(), ...Object.keys(supervised)]);
  return Object.fromEntries(
    [...names].map((name) => {
      const status = statuses.get(name);
      const child = supervised[name];
      const up = status !== undefined || (!statuses.has(name) && typeof child?.pid === "number");
      const since = status?.since ?? (up ? (child?.since ?? null) : null);
      return [name, { up, since, restarts: child?.restarts ?? 0, rssBytes: status?.rssBytes ?? null }];
    }),
  );
}

/** Devices by connection within a scope. */
function countDevices(parts: Parts, scope: Scope): Stats["devices"] {
  const counts = Object.fromEntries(CONNECTIONS.map((connection) => [connection, 0])) as Stats["devices"];
  for (const device of parts.registry.devices()) {
    if (device.retiredAt !== null || !covers(parts.registry, scope, device.placeId)) continue;
    counts[parts.live.of(device).connection] += 1;
  }
  return counts;
}

/** The archive's numbers from ingest, or from the store while ingest is down: then the lag is all that it has not read. */
function archiveOf(ingest: IngestDetails | undefined, totals: ArchiveTotals, appended: number): Stats["archive"] {
  if (ingest) {
    const { lag, written, rejected, conflicts } = ingest.archive;
    return { lag, written, rejected, conflicts };
  }
  const { written, rejected, conflicts, sequence } = totals;
  return { lag: Math.max(0, appended - sequence), written, rejected, conflicts };
}

/** The numbers of the whole platform; those of a part that is down are the last known. */
export async function collectStats(parts: Parts, own: ProcessStatus, scope: Scope): Promise<Stats> {
  const [view, totals, alerts] = await Promise.all([
    parts.monitor.look(),
    parts.state.archive.totals(),
    parts.state.alerts.counts(scope ?? undefined),
  ]);
  const broker = parts.monitor.lastOf("broker")?.details as BrokerDetails | undefined;
  const ingest = view.statuses.get("ingest")?.details as IngestDetails | undefined;
  const lastIngest = parts.monitor.lastOf("ingest")?.details as IngestDetails | undefined;
  const { appended, bytes } = broker?.journal ?? { appended: totals.sequence, bytes: 0 };
  const watchLag = ingest?.watch.lag ?? Math.max(0, appended - (lastIngest?.watch.sequence ?? totals.sequence));
  return {
    journal: { appended, bytes },
    archive: archiveOf(ingest, totals, appended),
    watch: { lag: watchLag },
    deadLetters: ingest?.archive.deadLetters ?? totals.deadLetters,
    alerts,
    devices: countDevices(parts, scope),
    processes: processesOf(view, own),
  };
}

/** The whole platform as a page shows it. */
export async function collectPlatform(parts: Parts, own: ProcessStatus) {
  const view = await parts.monitor.look();
  const faults = parts.monitor.faults(view);
  return { ok: faults.length === 0, faults, processes: processesOf(view, own) };
}
