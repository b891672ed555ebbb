import { parseTopic } from "@linli/model";
import type { App, Deps } from "@linli/runtime";
import type { Agent, Outgoing } from "./agent.ts";
import { buildAgent } from "./build-agent.ts";
import { createObedience } from "./commands.ts";
import { createDelivery, type Delivery } from "./delivery.ts";
import { checkFaults, type FaultEntry } from "./faults/timeline.ts";
import type { Fleet, FleetDevice } from "./fleet.ts";
import { createHabits, GENTLE, type HabitRates, type Habits } from "./habits.ts";
import { sayGoodbye } from "./link/goodbye.ts";
import { createSession, type Session } from "./link/session.ts";
import type { Transport } from "./link/transport.ts";
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
  readonly faults?: readonly FaultEntry[];
  /** How untidy the fleet is; a well-kept one unless given. */
  readonly habits?: HabitRates;
  /** Every device says everything once, and that is all. */
  readonly once?: boolean;
}

/** What the simulator did so far; the answer to `status`, and the progress line of the command. */
export interface SimulatorCounts {
  readonly devices: number;
  readonly sessions: number;
  readonly online: number;
  readonly refused: number;
  /** Devices that have said everything at least once. */
  readonly greeted: number;
  readonly acknowledged: number;
  readonly pending: number;
  readonly dropped: number;
  readonly reconnects: number;
  readonly commands: number;
}

export interface Simulator extends App {
  counts(): SimulatorCounts;
}

interface Simulated {
  readonly agent: Agent;
  readonly delivery: Delivery;
  readonly obey: ReturnType<typeof createObedience>;
  /** Number of its latest planned turn. */
  turn: number;
}

const DEFAULT_RAMP = 10_000;
/** Time that the children of a gateway take to say their first word after it came online. */
const CHILDREN_SPREAD = 8_000;
const HOUR = 3_600_000;

/** Fails with `invalid` for a kind without a model and for faults that cannot be. */
export function createFleet(settings: SimulatorSettings, deps: Deps, transport: Transport): Simulator {
  const { fleet } = settings;
  const { clock, log } = deps;
  const now = () => clock.now();
  const scheduler = createScheduler(clock);
  const world = createWorld(fleet.seed, fleet.site);
  const devices = new Map(fleet.devices.map((device) => [device.id, device]));
  const childrenOf = Map.groupBy(fleet.devices, ({ gatewayId }) => gatewayId);
  const simulated = new Map<string, Simulated>();
  const sessions: Session[] = [];
  const greeted = new Set<string>();
  let commands = 0;
  let isStopping = false;

  checkFaults(settings.faults ?? [], (id) => devices.get(id)?.kind);
  const every = settings.rate === undefined ? undefined : (1_000 * fleet.devices.length) / settings.rate;

  function run(device: Simulated): void {
    if (isStopping) return;
    const at = now();
    device.delivery.send(device.agent.wake(at));
    plan(device, device.agent.next(at));
  }

  /** One waiting turn per device: a later plan replaces the one before. */
  function plan(device: Simulated, at: number): void {
    const turn = ++device.turn;
    scheduler.at(at, () => {
      if (device.turn === turn) run(device);
    });
  }

  /** A birth, then everything it knows; the first time its own rhythm begins. */
  function greet(device: Simulated): void {
    if (isStopping) return;
    const { agent, delivery } = device;
    const at = now();
    const { firmwareVersion } = agent.observe(at);
    const body = { state: "online", ...(firmwareVersion !== undefined && { firmwareVersion }) };
    const birth: Outgoing = { deviceId: agent.info.id, channel: "status", at, body };
    delivery.greet([birth, ...agent.full(at)]);
    const isFirst = !greeted.has(agent.info.id);
    greeted.add(agent.info.id);
    if (isFirst && settings.once !== true) plan(device, agent.next(at));
  }

  function command(session: Session, topic: string, payload: Uint8Array): void {
    const parsed = parseTopic(topic);
    if (parsed?.type !== "command") return;
    const device = simulated.get(parsed.deviceId);
    if (!device) return;
    commands++;
    const at = now();
    session.answer(`${topic}/result`, device.obey(parsed.commandId, payload, at));
    // what the order changed shows at once
    plan(device, at + 1);
  }

  /** Sessions break now and then: looked up hour by hour. */
  function plagueWithBreaks(session: Session, habits: Habits): void {
    const at = now();
    const moment = habits.breaksAt(at);
    if (moment !== undefined) scheduler.at(moment, () => session.cut(moment + 2_000));
    scheduler.at((Math.floor(at / HOUR) + 1) * HOUR + 1, () => plagueWithBreaks(session, habits));
  }

  /** One session with the devices that publish through it. */
  function build(owner: FleetDevice, begin: number): void {
    const members = [owner, ...(childrenOf.get(owner.id) ?? [])];
    const noise = world.noise(`${owner.id}/session`);
    const habitsOf = new Map(
      members.map(({ id }) => [id, createHabits(world.noise(`${id}/habits`), settings.habits ?? GENTLE)]),
    );
    const session: Session = createSession({
      deviceId: owner.id,
      token: owner.token,
      devices: members.map(({ id }) => id),
      transport,
      scheduler,
      now,
      noise,
      shape: (message) => habitsOf.get(message.deviceId)?.shape(message) ?? {},
      onOnline() {
        for (const [index, { id }] of members.entries()) {
          const device = simulated.get(id);
          const wait = index === 0 ? 0 : CHILDREN_SPREAD * noise.unit(index, 23);
          if (device) scheduler.at(now() + wait, () => greet(device));
        }
      },
      onMessage: (topic, payload) => command(session, topic, payload),
      onRefused: (reason) => log.warn({ device: owner.id, reason }, "login refused; next try in minutes"),
    });
    sessions.push(session);
    for (const member of members) {
      const children = childrenOf.get(member.id)?.length ?? 0;
      const faults = settings.faults ?? [];
      const built = buildAgent(member, { world, children, faults, begin, ...(every !== undefined && { every }) });
      if (!built) log.warn({ device: member.id, kind: member.kind }, "no model for this kind: not simulated");
      const habits = habitsOf.get(member.id);
      if (!built || !habits) continue;
      const { agent, silences } = built;
      const delivery = createDelivery({ session, habits, silences, scheduler, now });
      simulated.set(member.id, { agent, delivery, obey: createObedience(agent), turn: 0 });
      if (member !== owner) continue;
      // a device of its own that is silenced loses its line as well
      for (const { from, until } of silences) scheduler.at(from, () => session.cut(until));
      plagueWithBreaks(session, habits);
    }
  }

  function counts(): SimulatorCounts {
    const sum = (of: (session: Session) => number) => sessions.reduce((total, session) => total + of(session), 0);
    return {
      devices: simulated.size,
      sessions: sessions.length,
      online: sum(({ state }) => (state === "online" ? 1 : 0)),
      refused: sum(({ state }) => (state === "refused" ? 1 : 0)),
      greeted: greeted.size,
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
      const begin = now();
      for (const device of fleet.devices) if (device.gatewayId === null) build(device, begin);
      for (const session of sessions) {
        const wait = (settings.ramp ?? DEFAULT_RAMP) * world.noise(session.deviceId).unit(0, 98);
        scheduler.at(begin + wait, () => session.open());
      }
      log.info({ devices: simulated.size, sessions: sessions.length, broker: settings.broker }, "fleet starts");
    },
    async stop() {
      if (isStopping) return;
      isStopping = true;
      scheduler.clear();
      await sayGoodbye(sessions, clock);
    },
  };
}
