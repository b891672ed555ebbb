import type { Deps } from "@linli/runtime";
import type { Agent, Outgoing } from "../agent.ts";
import { buildAgent } from "../build-agent.ts";
import { createDelivery, type Delivery, type Silence } from "../delivery.ts";
import type { FaultEntry } from "../faults/timeline.ts";
import type { FleetDevice } from "../fleet.ts";
import { createHabits, type HabitRates } from "../habits.ts";
import { createSession, type Session } from "../link/session.ts";
import type { Transport } from "../link/transport.ts";
import type { Scheduler } from "../scheduler.ts";
import type { World } from "../world/world.ts";
import { type Book, createBook, type Told } from "./book.ts";
import type { VirtualTime } from "./virtual-time.ts";

/** What all lines of a fleet share. */
export interface LineOptions {
  readonly deps: Deps;
  readonly transport: Transport;
  /** In real time: retries. */
  readonly scheduler: Scheduler;
  readonly time: VirtualTime;
  readonly world: World;
  readonly from: number;
  readonly until: () => number;
  readonly faults: readonly FaultEntry[];
  readonly habits: HabitRates;
  readonly every?: number;
  readonly told: Told;
  onOnline(owner: string): void;
  /** For good. */
  onRefused(owner: string): void;
  onAcknowledged(): void;
}

/** A session beside a device's own, and the books of the devices that speak through it. */
export interface Line {
  readonly session: Session;
  readonly books: readonly Book[];
}

/** Devices begin within this time of the first moment, ms. */
const SPREAD = 10_000;

/** `members`: the owner of the session first, then what publishes through it. */
export function createLine(owner: FleetDevice, members: readonly FleetDevice[], options: LineOptions): Line {
  const { time, world, from } = options;
  const { clock, log } = options.deps;
  const habitsOf = new Map(
    members.map(({ id }) => [id, createHabits(world.noise(`${id}/habits`), options.habits)] as const),
  );
  let isOut = false;
  const session: Session = createSession({
    deviceId: owner.id,
    token: owner.token,
    beside: { clientId: `${owner.id}-history` },
    devices: members.map(({ id }) => id),
    transport: options.transport,
    scheduler: options.scheduler,
    now: () => clock.now(),
    noise: world.noise(`${owner.id}/session`),
    shape: (message) => habitsOf.get(message.deviceId)?.shape(message) ?? {},
    onOnline: () => options.onOnline(owner.id),
    onMessage() {},
    onRefused(reason) {
      log.warn({ device: owner.id, reason }, "login refused: left out");
      isOut = true;
      session.stop().catch(() => {});
      options.onRefused(owner.id);
    },
    onAcknowledged: () => options.onAcknowledged(),
  });
  const books: Book[] = [];
  let silencesOfLine: readonly Silence[] = [];

  function birth(agent: Agent): Outgoing {
    const { firmwareVersion } = agent.observe(time.now());
    const body = { state: "online", ...(firmwareVersion !== undefined && { firmwareVersion }) };
    return { deviceId: agent.info.id, channel: "status", at: time.now(), body };
  }

  function turn(agent: Agent, delivery: Delivery): void {
    if (isOut) return;
    delivery.send(agent.wake(time.now()));
    const next = agent.next(time.now());
    if (next <= options.until()) time.at(next, () => turn(agent, delivery));
  }

  for (const member of members) {
    const habits = habitsOf.get(member.id);
    const built = buildAgent(member, {
      world,
      children: member === owner ? members.length - 1 : 0,
      faults: options.faults,
      begin: from,
      ...(options.every !== undefined && { sparse: options.every }),
    });
    if (!built || !habits) continue;
    const { agent, silences } = built;
    if (member === owner) silencesOfLine = silences;
    // a line that was cut tells afterwards, as after a gap: the session itself stays
    const cut = (at: number) => silencesOfLine.find((silence) => silence.from <= at && at < silence.until)?.until;
    const book = createBook(session, options.told);
    books.push(book);
    const delivery = createDelivery({
      session: book,
      habits: { ...habits, gap: (at) => cut(at) ?? habits.gap(at) },
      silences,
      scheduler: time,
      now: () => time.now(),
    });
    time.at(from + SPREAD * world.noise(member.id).unit(0, 98), () => {
      delivery.greet([birth(agent)]);
      turn(agent, delivery);
    });
    for (const { until } of silencesOfLine) {
      if (until <= options.until()) time.at(until, () => delivery.greet([birth(agent)]));
    }
  }
  return { session, books };
}
