import { join } from "node:path";
import {
  type App,
  createMetrics,
  type Deps,
  type LocalServer,
  localClient,
  type NotifyDetails,
  type ProcessStatus,
  type Settings,
  selfDescription,
  serveLocal,
  socketPath,
} from "@linli/runtime";
import { openSqliteState, type StateStore } from "@linli/stores";
import { AlertTopics } from "./alerts/alert-topics.ts";
import { alertCalls } from "./alerts/calls.ts";
import type { NotifyLoop } from "./alerts/loop.ts";
import { createNotifyMetrics } from "./alerts/notify-metrics.ts";
import { openNotify } from "./alerts/open.ts";
import { isAllWell, pingOutwards } from "./dead-man.ts";
import { probe } from "./probes.ts";
import { difference, faultKey, NOTHING_SEEN, watch } from "./watchdog.ts";

export { type NotifyDeps, NotifyLoop } from "./alerts/loop.ts";
export { page } from "./alerts/page.ts";

const WATCHED = ["broker", "ingest", "api"] as const;
const ROUND_MS = 1_000;
const PING_MS = 60_000;

/**
 * The process that tells people, and that watches over the others. It shares nothing with them but the data folder. A
 * failure that waiting does not cure ends it; it is started again and goes on where it had committed.
 */
export function create(settings: Settings, deps: Deps): App {
  const { clock, log } = deps;
  const dataDir = settings.LINLI_DATA_DIR;
  const since = clock.now();
  const clients = Object.fromEntries(WATCHED.map((name) => [name, localClient(socketPath(dataDir, name))]));
  const metrics = createMetrics("linli_notify_");
  metrics.gauge("platform_faults", "Faults of the platform itself that are open", () => memory.faults.size);
  metrics.gauge("disk_free_bytes", "Space left for the data folder", () => freeBytes);
  metrics.gauge("disk_reserve_bytes", "Space that the journal leaves", () => settings.LINLI_DISK_RESERVE_BYTES);
  metrics.gauge("clock_seconds", "This machine's clock", () => clock.now() / 1_000);
  metrics.gauge("queued_messages", "Messages on their way", () => loop?.telling.queued ?? 0);
  metrics.gauge(
    "queue_age_seconds",
    "Age of the oldest message on its way",
    () => (loop?.telling.oldestMs ?? 0) / 1_000,
  );
  const alertMetrics = createNotifyMetrics(metrics);
  const broker = localClient(socketPath(dataDir, "broker"));
  const topics = new AlertTopics((body) => broker.call("publish-alerts", body), clock);
  const cancels: (() => void)[] = [];
  let memory = NOTHING_SEEN;
  let state: StateStore | undefined;
  let loop: NotifyLoop | undefined;
  let telling: Promise<void> = Promise.resolve();
  let stopping = false;
  let server: LocalServer | undefined;
  let round: Promise<void> = Promise.resolve();
  let busy = false;
  let freeBytes = Number.NaN;
  let lookedAt: number | undefined;

  const status = (): ProcessStatus<NotifyDetails> => ({
    ...selfDescription("notify", since),
    ready: true,
    faults: [...memory.faults.values()],
    details: { watching: WATCHED, telling: loop?.telling ?? null },
  });

  function fail(error: unknown): void {
    if (stopping) return;
    queueMicrotask(() => {
      throw error;
    });
  }

  async function look(): Promise<void> {
    const now = clock.now();
    const found = await probe({ clients, dataDir, reserveBytes: settings.LINLI_DISK_RESERVE_BYTES }, now);
    freeBytes = found.disk?.freeBytes ?? Number.NaN;
    const own = { ...selfDescription("notify", since), ready: true, faults: loop?.faults ?? [], details: {} };
    const seen = watch(memory, { ...found, statuses: { ...found.statuses, notify: own } });
    const { raised, cleared } = difference(memory, seen);
    memory = seen;
    lookedAt = clock.monotonic();
    for (const fault of raised) log.error({ fault }, "platform fault");
    // as loud as a warning: whoever read that it began shall read that it is over, at the usual level of the log too
    for (const fault of cleared) log.warn({ fault }, "platform fault over");
    for (const fault of raised)
      await state?.changes.announce("platform", faultKey(fault), { ...fault, open: true }, now);
    for (const fault of cleared)
      await state?.changes.announce("platform", faultKey(fault), { ...fault, open: false }, now);
  }

  function startRound(): void {
    if (busy) return;
    busy = true;
    round = look()
      .catch((error: unknown) => log.error({ err: error }, "a watchdog round failed"))
      .finally(() => {
        busy = false;
      });
  }

  function ping(url: string): void {
    if (isAllWell({ openFaults: memory.faults.size, lookedAt }, clock.monotonic())) void pingOutwards(url, log);
  }

  return {
    async start() {
      const handlers = { status, metrics: () => metrics.text(), ...alertCalls(() => loop) };
      server = await serveLocal(socketPath(dataDir, "notify"), handlers);
      state = await openSqliteState({ file: join(dataDir, "state.db") });
      const changed = topics.changed.bind(topics);
      loop = await openNotify(settings, deps, { state, metrics: alertMetrics, changed });
      telling = loop.run();
      telling.catch(fail);
      cancels.push(clock.every(ROUND_MS, startRound));
      const url = settings.LINLI_WATCHDOG_PING_URL;
      if (url) cancels.push(clock.every(PING_MS, () => ping(url)));
    },
    async stop() {
      stopping = true;
      topics.stop();
      for (const cancel of cancels.splice(0)) cancel();
      await Promise.allSettled([round, loop?.stop(), telling]);
      for (const client of [...Object.values(clients), broker]) client.close();
      await server?.close();
      await state?.close();
    },
  };
}
