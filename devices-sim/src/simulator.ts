import { parseTopic } from "@linli/model";
import type { App, Deps } from "@linli/runtime";
import { type Agent, createAgent, type Outgoing } from "./agent.ts";
import { obey } from "./commands.ts";
import type { Fleet } from "./fleet.ts";
import { createSession, type Session } from "./link/session.ts";
import type { Transport } from "./link/transport.ts";
import { MODELS } from "./models/index.ts";
import type { DeviceInfo } from "./models/model.ts";
import { createScheduler } from "./scheduler.ts";
import { createWorld } from "./world/world.ts";

/** What to simulate. */
export interface SimulatorSettings {
  readonly fleet: Fleet;
  /** Address of the broker, such as `mqtt://127.0.0.1:1883`. */
  readonly broker: string;
  /** Messages a second that the whole fleet aims at; absent = each kind's own cadence. */
  readonly rate?: number;
  /** All sessions are opened within this time, ms; 10 s unless given. */
  readonly ramp?: number;
}

/** What the simulator did so far; the answer to `status`, and the progress line of the command. */
export interface SimulatorCounts {
  readonly devices: number;
  readonly sessions: number;
  readonly online: number;
  readonly refused: number;
  readonly acknowledged: number;
  readonly pending: number;
  readonly dropped: number;
  readonly reconnects: number;
  readonly commands: number;
}

export interface Simulator extends App {
  counts(): SimulatorCounts;
}

const DEFAULT_RAMP = 10_000;
/** Time that children of a gateway take to say their first word after it came online. */
const CHILDREN_SPREAD = 8_000;
const DRAIN = 2_000;

export function createFleet(settings: SimulatorSettings, deps: Deps, transport: Transport): Simulator {
  const { fleet } = settings;
  const { clock, log } = deps;
  const scheduler = createScheduler(clock);
  const world = createWorld(fleet.seed, fleet.site);
  const agents = new Map<string, Agent>();
  const sessions = new Map<string, Session>();
  const sessionOf = new Map<string, Session>();
  let commands = 0;
  let isStopping = false;

  const every = settings.rate === undefined ? undefined : (1_000 * fleet.devices.length) / settings.rate;

  const childrenOf = Map.groupBy(fleet.devices, ({ gatewayId }) => gatewayId);

  for (const device of fleet.devices) {
    const factory = MODELS.get(device.kind);
    if (!factory) continue;
    const info: DeviceInfo = {
      ...device,
      name: device.name ?? device.id,
      children: childrenOf.get(device.id)?.length ?? 0,
    };
    const agent = createAgent({
      info,
      model: factory(info, world),
      phase: world.noise(device.id).unit(0, 99),
      ...(every !== undefined && { every }),
    });
    agents.set(device.id, agent);
  }

  function deliver(messages: readonly Outgoing[]): void {
    for (const message of messages) sessionOf.get(message.deviceId)?.send(message);
  }

  function run(agent: Agent): void {
    if (isStopping) return;
    const now = clock.now();
    deliver(agent.wake(now));
    scheduler.at(agent.next(now), () => run(agent));
  }

  /** A birth, then everything it knows; the first time its own rhythm begins. */
  function greet(agent: Agent, isFirst: boolean): void {
    if (isStopping) return;
    const now = clock.now();
    const { firmwareVersion } = agent.observe(now);
    const body = { state: "online", ...(firmwareVersion !== undefined && { firmwareVersion }) };
    deliver([{ deviceId: agent.info.id, channel: "status", at: now, body }, ...agent.full(now)]);
    if (isFirst) scheduler.at(agent.next(now), () => run(agent));
  }

  function command(session: Session, topic: string, payload: Uint8Array): void {
    const parsed = parseTopic(topic);
    if (parsed?.type !== "command") return;
    const agent = agents.get(parsed.deviceId);
    if (!agent) return;
    commands++;
    const now = clock.now();
    session.answer(`${topic}/result`, obey(agent, payload, now));
    run(agent);
  }

  for (const device of fleet.devices) {
    if (device.gatewayId !== null) continue;
    const own = [device.id, ...(childrenOf.get(device.id) ?? []).map(({ id }) => id)];
    const noise = world.noise(`${device.id}/session`);
    const session: Session = createSession({
      deviceId: device.id,
      token: device.token,
      devices: own,
      transport,
      scheduler,
      now: () => clock.now(),
      noise,
      onOnline(isFirst) {
        own.forEach((id, index) => {
          const agent = agents.get(id);
          if (!agent) return;
          const wait = index === 0 ? 0 : CHILDREN_SPREAD * noise.unit(index, 23);
          scheduler.at(clock.now() + wait, () => greet(agent, isFirst));
        });
      },
      onMessage: (topic, payload) => command(session, topic, payload),
      onRefused: (reason) => log.warn({ device: device.id, reason }, "login refused; next try in minutes"),
    });
    sessions.set(device.id, session);
    for (const id of own) sessionOf.set(id, session);
  }

  function counts(): SimulatorCounts {
    const list = [...sessions.values()];
    const sum = (of: (session: Session) => number) => list.reduce((total, session) => total + of(session), 0);
    return {
      devices: agents.size,
      sessions: list.length,
      online: sum(({ state }) => (state === "online" ? 1 : 0)),
      refused: sum(({ state }) => (state === "refused" ? 1 : 0)),
      acknowledged: sum((session) => session.counts.acknowledged),
      pending: sum(({ pending }) => pending),
      dropped: sum((session) => session.counts.dropped),
      reconnects: sum((session) => session.counts.reconnects),
      commands,
    };
  }

  return {
    counts,
    async start() {
      const now = clock.now();
      for (const session of sessions.values()) {
        const wait = (settings.ramp ?? DEFAULT_RAMP) * world.noise(session.deviceId).unit(0, 98);
        scheduler.at(now + wait, () => session.open());
      }
      log.info({ devices: agents.size, sessions: sessions.size, broker: settings.broker }, "fleet starts");
    },
    async stop() {
      if (isStopping) return;
      isStopping = true;
      scheduler.clear();
      const deadline = new Promise<void>((resolve) => clock.after(DRAIN, resolve));
      await Promise.race([Promise.allSettled([...sessions.values()].map((session) => session.stop())), deadline]);
    },
  };
}
