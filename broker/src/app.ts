import { join } from "node:path";
import { LinliError } from "@linli/model";
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
import { type JournalWriter, openSegmentJournalWriter, openSqliteState, type StateStore } from "@linli/stores";
import type { Broker } from "./broker.ts";
import { createBrokerMetrics } from "./broker-metrics.ts";
import { type Engine, startEngine } from "./engine.ts";
import { type BrokerLimits, limitsOf } from "./limits.ts";
import { type Listeners, openListeners, type Ports } from "./listeners.ts";

export { type Engine, startEngine } from "./engine.ts";

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
  readonly engine: Engine;
  readonly listeners: Listeners;
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

  const call = (name: string) => (body: unknown) => current().engine.calls[name]?.(body);

  async function stopOf({ engine, journal, state }: Omit<Running, "listeners">): Promise<void> {
    await engine.stop();
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
        "publish-alerts": call("publish-alerts"),
        "publish-states": call("publish-states"),
      });
      const state = deps.state ?? (await openSqliteState({ file: join(settings.LINLI_DATA_DIR, "state.db") }));
      const journal = deps.journal ?? (await openJournal());
      const engine = await startEngine({ settings, limits, journal, state, metrics }, deps);
      const { broker } = engine;
      const opened = { journal, state, broker, engine };
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
