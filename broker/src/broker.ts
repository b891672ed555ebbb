import { randomUUID } from "node:crypto";
import type { Duplex } from "node:stream";
import { createSlewedClock, type Deps, hashToken, type Settings } from "@linli/runtime";
import type { JournalWriter, RegistryView, StateStore } from "@linli/stores";
import { Acknowledgements } from "./acknowledgements.ts";
import { AedesWithoutRouting } from "./aedes-without-routing.ts";
import { AlertTopics } from "./alert-topics.ts";
import type { BrokerMetrics } from "./broker-metrics.ts";
import { CommandDelivery } from "./command-delivery.ts";
import { Connections } from "./connections.ts";
import { Door } from "./door.ts";
import { JournalIntake } from "./journal-intake.ts";
import type { BrokerLimits } from "./limits.ts";
import { LoginBackoff } from "./login-backoff.ts";
import { LoginDesk } from "./login-desk.ts";
import { MessageRates } from "./message-rates.ts";
import { followAedes, mqttHooks } from "./mqtt-hooks.ts";
import { Refusals } from "./refusals.ts";
import { RegistryFollower } from "./registry-follower.ts";
import type { Session, SessionClient } from "./session.ts";
import { SessionMemory } from "./session-memory.ts";
import { endSession, Sessions } from "./sessions.ts";
import { StateTopics } from "./state-topics.ts";
import { Valve } from "./valve.ts";

/** Open QoS 2 hand-shakes of one client; the next closes it. */
const MAX_INFLIGHT_QOS2 = 1_024;

export interface BrokerOptions {
  readonly settings: Settings;
  readonly limits: BrokerLimits;
  readonly journal: JournalWriter;
  readonly state: StateStore;
  readonly registry: RegistryView;
  readonly metrics: BrokerMetrics;
  /** The newest time known to be in the journal. */
  readonly notBefore: number;
}

/** The parts of the running broker, wired. `accept` is where connections come in. */
export interface Broker {
  readonly door: Door;
  readonly intake: JournalIntake;
  readonly sessions: Sessions;
  readonly commands: CommandDelivery;
  readonly states: StateTopics;
  readonly alerts: AlertTopics;
  readonly refusals: Refusals;
  readonly follower: RegistryFollower;
  readonly rates: MessageRates;
  readonly valve: Valve;
  readonly epoch: string;
  readonly accept: (conn: Duplex, address: string) => void;
  close(): Promise<void>;
}

/** Makes the broker out of its parts; no port is open yet and nothing is in the journal. */
export async function createBroker(options: BrokerOptions, { clock, log }: Deps): Promise<Broker> {
  const { settings, limits, journal, state, registry, metrics } = options;
  const epoch = randomUUID();
  const valve = new Valve();
  const sessions = new Sessions();
  const refusals = new Refusals({ access: state.access, clock, log, count: (reason) => metrics.refused(reason) });
  const commands = new CommandDelivery({ commands: state.commands, sessions, clock, log });
  const memory = new SessionMemory((client, packetId) => {
    const session = (client as SessionClient).session;
    if (session) commands.acknowledged(session, packetId);
  });
  const intake = new JournalIntake({
    journal,
    clock,
    log,
    receivedAt: createSlewedClock(clock, { notBefore: options.notBefore }),
    valve,
    limits,
    refusing: () => refuseWaiting(sessions),
  });
  const bootstrap = settings.LINLI_BOOTSTRAP_TOKEN;
  const identities = { registry, access: state.access, bootstrapHash: bootstrap ? hashToken(bootstrap) : undefined };
  const desk = new LoginDesk({
    identities,
    clock,
    backoff: new LoginBackoff(),
    refusals,
    sessions,
    accepting: () => intake.accepting && journal.health().writable,
    catchUp: () => follower.catchUp(),
  });
  const acknowledgements = new Acknowledgements(clock, limits.drainTimeoutMs);
  const droppedState = () => metrics.droppedState();
  const parts = { desk, registry, intake, sessions, commands, refusals, acknowledgements, droppedState };
  const aedes = new AedesWithoutRouting({
    ...mqttHooks(parts),
    id: epoch,
    persistence: memory,
    connectTimeout: limits.connectTimeoutMs,
    drainTimeout: limits.drainTimeoutMs,
    maxInflightInbound: MAX_INFLIGHT_QOS2,
    maxClientsIdLength: Number.MAX_SAFE_INTEGER,
  });
  followAedes(aedes, parts);
  await aedes.listen();
  const door: Door = new Door({
    clock,
    limits,
    refused: (reason, address) => refusals.refuse({ action: "connection.refused", reason, address, who: address }),
    enter: (conn, address, connectBytes) => connections.enter(conn, address, connectBytes),
  });
  const rates = new MessageRates(settings.LINLI_MQTT_RATE_PER_DEVICE);
  const alerts = new AlertTopics(aedes);
  const states = new StateTopics(aedes, (deviceId) => registry.device(deviceId) !== undefined);
  const connections: Connections = new Connections({
    aedes,
    door,
    valve,
    intake,
    sessions,
    commands,
    refusals,
    rates,
    relations: registry,
    clock,
    maxPacketBytes: settings.LINLI_MQTT_MAX_PACKET_BYTES,
    epoch,
  });
  const access = state.access;
  const follower = new RegistryFollower({ registry, access, sessions, memory, commands, states, clock, log });
  return {
    door,
    intake,
    sessions,
    commands,
    states,
    alerts,
    refusals,
    follower,
    rates,
    valve,
    epoch,
    accept: (conn, address) => door.accept(conn, address),
    close: () => new Promise((resolve) => aedes.close(() => resolve())),
  };
}

/** Who waits for an acknowledgement that will not come is sent away, to try again later. */
function refuseWaiting(sessions: Sessions): void {
  const waiting: Session[] = [];
  for (const session of sessions.all()) if (session.pending > 0) waiting.push(session);
  for (const session of waiting) endSession(session, "refused");
}
