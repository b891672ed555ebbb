import { join } from "node:path";
import { LinliError, minutes, seconds } from "@linli/model";
import {
  type App,
  type BrokerDetails,
  type Deps,
  type Fault,
  type LocalServer,
  openDataDir,
  type ProcessStatus,
  type Settings,
  selfDescription,
  serveLocal,
  socketPath,
} from "@linli/runtime";
import {
  comparePositions,
  type JournalWriter,
  openSegmentJournalWriter,
  openSqliteState,
  RegistryView,
  START,
  type StateStore,
} from "@linli/stores";
import { type Broker, createBroker } from "./broker.ts";
import { createBrokerMetrics } from "./broker-metrics.ts";
import { drain } from "./drain.ts";
import { type BrokerLimits, limitsOf } from "./limits.ts";
import { type Listeners, openListeners, type Ports } from "./listeners.ts";
import { localCalls } from "./local-calls.ts";

/** What a test gives instead of the real thing. */
export interface BrokerDeps extends Deps {
  readonly journal?: JournalWriter;
  readonly state?: StateStore;
  readonly limits?: Partial<BrokerLimits>;
}

export interface BrokerApp extends App {
  /** The ports really listened on. */
  ports(): Ports;
}

interface Running {
  readonly journal: JournalWriter;
  readonly state: StateStore;
  readonly broker: Broker;
  readonly listeners: Listeners;
  readonly timers: readonly (() => void)[];
}

/** The broker process: MQTT in, journal out. */
export function create(settings: Settings, deps: BrokerDeps): BrokerApp {
  const { clock, log } = deps;
  const limits = { ...limitsOf(settings), ...deps.limits };
  const metrics = createBrokerMetrics();
  const since = clock.now();
  let local: LocalServer | undefined;
  let running: Running | undefined;
  let blockedSince: number | undefined;

  function faults(): Fault[] {
    const health = running?.journal.health();
    if (!health || (health.writable && running?.broker.intake.accepting)) {
      blockedSince = undefined;
      return [];
    }
    blockedSince ??= clock.now();
    const detail = health.reason ?? running?.broker.intake.lastFailure ?? "the journal does not take entries";
    return [{ code: "journal.blocked", subject: "broker", detail, since: blockedSince }];
  }

  function status(): ProcessStatus<BrokerDetails | null> {
    const details = running && detailsOf(running);
    return {
      ...selfDescription("broker", since),
      ready: running !== undefined,
      faults: faults(),
      details: details ?? null,
    };
  }

  function current(): Running {
    if (!running) throw new LinliError("unavailable", "the broker is starting or stopping");
    return running;
  }

  const call = (name: string) => (body: unknown) => {
    const { intake, states } = current().broker;
    return localCalls(intake, states)[name]?.(body);
  };

  async function stopOf({ broker, journal, state, timers }: Omit<Running, "listeners">): Promise<void> {
    await drain(broker, limits.stopTimeoutMs, clock);
    for (const cancel of timers) cancel();
    await broker.commands.flush();
    await broker.refusals.flush();
    if (!deps.journal) await journal.close();
    if (!deps.state) await state.close();
  }

  async function openJournal(): Promise<JournalWriter> {
    return openSegmentJournalWriter({
      dir: join(settings.LINLI_DATA_DIR, "journal"),
      segmentBytes: settings.LINLI_JOURNAL_SEGMENT_BYTES,
      maxBytes: settings.LINLI_JOURNAL_MAX_BYTES,
      reserveBytes: settings.LINLI_DISK_RESERVE_BYTES,
      retentionMs: settings.LINLI_JOURNAL_RETENTION,
      now: () => clock.now(),
    });
  }

  return {
    ports: () => current().listeners.ports,
    async start() {
      await openDataDir(settings.LINLI_DATA_DIR);
      local = await serveLocal(socketPath(settings.LINLI_DATA_DIR, "broker"), {
        status,
        metrics: () => metrics.text(),
        append: call("append"),
        "publish-states": call("publish-states"),
      });
      const state = deps.state ?? (await openSqliteState({ file: join(settings.LINLI_DATA_DIR, "state.db") }));
      const journal = deps.journal ?? (await openJournal());
      const registry = await RegistryView.load(state);
      const notBefore = journal.health().newest;
      const broker = await createBroker({ settings, limits, journal, state, registry, metrics, notBefore }, deps);
      const { intake, door, sessions } = broker;
      metrics.watch({
        journal,
        connections: () => door.connections,
        sessions: () => sessions.size,
        pendingBytes: () => intake.pendingBytes,
      });
      intake.event("start", "", broker.epoch);
      broker.states.restore(await state.watch.states());
      const opened = { journal, state, broker, timers: startTimers({ broker, journal, state }, deps) };
      try {
        running = { ...opened, listeners: await openListeners(settings, broker.accept, log) };
      } catch (error) {
        await stopOf(opened);
        throw error;
      }
      log.info({ ports: running.listeners.ports }, "listening");
    },
    async stop() {
      const stopping = running;
      running = undefined;
      if (stopping) {
        stopping.listeners.close();
        await stopOf(stopping);
      }
      await local?.close();
      local = undefined;
    },
  };
}

function detailsOf({ journal, broker, listeners }: Running): BrokerDetails {
  const { writable, appended, bytes } = journal.health();
  return {
    connections: broker.door.connections,
    journal: { writable, appended, bytes, pendingBytes: broker.intake.pendingBytes },
    refused: broker.refusals.counts(),
    ports: listeners.ports,
  };
}

type Beating = Pick<Running, "broker" | "journal" | "state">;

function startTimers({ broker, journal, state }: Beating, { clock, log }: Deps): (() => void)[] {
  const { intake, door, commands, follower, refusals, rates } = broker;
  const forget = () =>
    void trim(journal, state).catch((error: unknown) => log.warn({ err: error }, "journal cannot be trimmed"));
  return [
    clock.every(seconds(1), () => {
      intake.tick();
      // at its cap each step of its consumers is room
      if (!journal.health().writable) forget();
    }),
    clock.every(100, () => intake.review()),
    clock.every(500, () => door.sweep()),
    clock.every(200, () => void follower.follow()),
    clock.every(200, () => void commands.flush()),
    clock.every(seconds(1), () => void refusals.flush()),
    clock.every(minutes(1), () => {
      rates.prune(clock.monotonic());
      forget();
    }),
  ];
}

/** Below the slowest of its consumers the journal may forget. */
async function trim(journal: JournalWriter, state: StateStore): Promise<void> {
  const archived = (await state.archive.totals()).position;
  const watched = (await state.watch.checkpoint())?.position ?? START;
  await journal.trim(comparePositions(archived, watched) < 0 ? archived : watched);
}
