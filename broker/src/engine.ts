import { minutes, seconds } from "@linli/model";
import type { Deps, LocalHandler, Settings } from "@linli/runtime";
import { comparePositions, type JournalWriter, RegistryView, START, type StateStore } from "@linli/stores";
import { type Broker, createBroker } from "./broker.ts";
import { type BrokerMetrics, createBrokerMetrics } from "./broker-metrics.ts";
import { drain } from "./drain.ts";
import { type BrokerLimits, limitsOf } from "./limits.ts";
import { localCalls } from "./local-calls.ts";

export interface EngineOptions {
  readonly settings: Settings;
  /** As the settings have them, unless given. */
  readonly limits?: BrokerLimits;
  readonly journal: JournalWriter;
  readonly state: StateStore;
  readonly metrics?: BrokerMetrics;
}

/** A broker at work, without the ports that connections come in by. */
export interface Engine {
  readonly broker: Broker;
  /** What sibling processes may ask. */
  readonly calls: Readonly<Record<string, LocalHandler>>;
  /** In order; the journal and the store stay open. */
  stop(): Promise<void>;
}

/** Writes the start of a new epoch and lets time tick. */
export async function startEngine(options: EngineOptions, deps: Deps): Promise<Engine> {
  const { settings, journal, state } = options;
  const { limits = limitsOf(settings), metrics = createBrokerMetrics() } = options;
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
  await broker.alerts.restore(state.alerts);
  const timers = startTimers({ broker, journal, state }, deps);
  return {
    broker,
    calls: localCalls(intake, broker),
    async stop() {
      await drain(broker, limits.stopTimeoutMs, deps.clock);
      for (const cancel of timers) cancel();
      await broker.commands.flush();
      await broker.refusals.flush();
    },
  };
}

interface Beating {
  readonly broker: Broker;
  readonly journal: JournalWriter;
  readonly state: StateStore;
}

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
