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
import { isAllWell, pingOutwards } from "./dead-man.ts";
import { probe } from "./probes.ts";
import { difference, faultKey, NOTHING_SEEN, watch } from "./watchdog.ts";

const WATCHED = ["broker", "ingest", "api"] as const;
const ROUND_MS = 1_000;
const PING_MS = 60_000;

/** The process that watches over the others. It shares nothing with them but the data folder. */
export function create(settings: Settings, { clock, log }: Deps): App {
  const dataDir = settings.LINLI_DATA_DIR;
  const since = clock.now();
  const clients = Object.fromEntries(WATCHED.map((name) => [name, localClient(socketPath(dataDir, name))]));
  const metrics = createMetrics("linli_notify_");
  metrics.gauge("platform_faults", "Faults of the platform itself that are open", () => memory.faults.size);
  metrics.gauge("disk_free_bytes", "Space left for the data folder", () => freeBytes);
  metrics.gauge("disk_reserve_bytes", "Space that the journal leaves", () => settings.LINLI_DISK_RESERVE_BYTES);
  metrics.gauge("clock_seconds", "This machine's clock", () => clock.now() / 1_000);
  const cancels: (() => void)[] = [];
  let memory = NOTHING_SEEN;
  let state: StateStore | undefined;
  let server: LocalServer | undefined;
  let round: Promise<void> = Promise.resolve();
  let busy = false;
  let freeBytes = Number.NaN;
  let lookedAt: number | undefined;

  const status = (): ProcessStatus<NotifyDetails> => ({
    ...selfDescription("notify", since),
    ready: true,
    faults: [...memory.faults.values()],
    details: { watching: WATCHED },
  });

  async function look(): Promise<void> {
    const now = clock.now();
    const found = await probe({ clients, dataDir, reserveBytes: settings.LINLI_DISK_RESERVE_BYTES }, now);
    freeBytes = found.disk?.freeBytes ?? Number.NaN;
    const seen = watch(memory, found);
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
      server = await serveLocal(socketPath(dataDir, "notify"), { status, metrics: () => metrics.text() });
      state = await openSqliteState({ file: join(dataDir, "state.db") });
      cancels.push(clock.every(ROUND_MS, startRound));
      const url = settings.LINLI_WATCHDOG_PING_URL;
      if (url) cancels.push(clock.every(PING_MS, () => ping(url)));
    },
    async stop() {
      for (const cancel of cancels.splice(0)) cancel();
      await round;
      for (const client of Object.values(clients)) client.close();
      await server?.close();
      await state?.close();
    },
  };
}
