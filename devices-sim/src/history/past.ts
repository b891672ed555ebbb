import { setImmediate } from "node:timers/promises";
import type { Deps } from "@linli/runtime";
import { checkFaults, type FaultEntry } from "../faults/timeline.ts";
import type { Fleet } from "../fleet.ts";
import { GENTLE, type HabitRates } from "../habits.ts";
import { sayGoodbye } from "../link/goodbye.ts";
import type { Session } from "../link/session.ts";
import type { Transport } from "../link/transport.ts";
import { createScheduler } from "../scheduler.ts";
import { createWorld } from "../world/world.ts";
import type { Told } from "./book.ts";
import { createLine } from "./line.ts";
import { createVirtualTime } from "./virtual-time.ts";

/** A past to live through. */
export interface PastSettings {
  readonly fleet: Fleet;
  /** First moment, epoch ms. */
  readonly from: number;
  /** Last moment, epoch ms; asked again and again, as it may be the present. */
  readonly until: () => number;
  /** No device speaks of its values more often than every so many ms. */
  readonly every?: number;
  readonly faults?: readonly FaultEntry[];
  /** How untidy the fleet is; a well-kept one unless given. */
  readonly habits?: HabitRates;
}

export interface PastCounts extends Readonly<Told> {
  readonly devices: number;
  readonly sessions: number;
  readonly refused: number;
  readonly from: number;
  /** How far it is, epoch ms. */
  readonly at: number;
  readonly until: number;
  readonly acknowledged: number;
  readonly pending: number;
  readonly dropped: number;
}

export interface Past {
  counts(): PastCounts;
  /** Resolves when all of it is acknowledged, or soon after the signal. */
  run(signal: AbortSignal): Promise<void>;
}

/** Tasks done before the lines get their turn. */
const ROUND = 16;
/** Messages that wait for their acknowledgement before time stands still: fewer than an outbox holds, so none is dropped. */
const MAX_PENDING = 128;
const MAX_CONNECTING = 32;

/**
 * Lets a fleet live through the past as fast as the broker acknowledges, in sessions beside the devices' own. Values come
 * as back-fill, each reading with the time of its moment. The same seed and moments give the same messages.
 * Fails with `invalid` for faults that cannot be.
 */
export function createPast(settings: PastSettings, deps: Deps, transport: Transport): Past {
  const { fleet, from, until } = settings;
  const time = createVirtualTime(from);
  const scheduler = createScheduler(deps.clock);
  const childrenOf = Map.groupBy(fleet.devices, ({ gatewayId }) => gatewayId);
  const kinds = new Map(fleet.devices.map(({ id, kind }) => [id, kind]));
  /** Sessions that came online at least once, by device; and those that were refused. */
  const begun = new Set<string>();
  const refused = new Set<string>();
  const told: Told = { readings: 0, values: 0, events: 0 };
  let isOver = false;
  let goOn = () => {};

  checkFaults(settings.faults ?? [], (id) => kinds.get(id));
  const options = {
    deps,
    transport,
    scheduler,
    time,
    world: createWorld(fleet.seed, fleet.site),
    from,
    until,
    faults: settings.faults ?? [],
    habits: settings.habits ?? GENTLE,
    ...(settings.every !== undefined && { every: settings.every }),
    told,
    onOnline(owner: string) {
      begun.add(owner);
      goOn();
    },
    onRefused(owner: string) {
      refused.add(owner);
      goOn();
    },
    onAcknowledged: () => goOn(),
  };
  const lines = fleet.devices
    .filter(({ gatewayId }) => gatewayId === null)
    .map((owner) => createLine(owner, [owner, ...(childrenOf.get(owner.id) ?? [])], options));
  const sessions = lines.map(({ session }) => session);

  const sum = (of: (session: Session) => number) => sessions.reduce((total, session) => total + of(session), 0);
  const isIn = ({ deviceId }: Session) => !refused.has(deviceId);
  const pending = () => sum((session) => (isIn(session) ? session.pending : 0));

  /** Time stands still while a line is down or too much waits for its acknowledgement. */
  const isHeldUp = () =>
    pending() > MAX_PENDING || sessions.some((session) => session.state !== "online" && isIn(session));

  /** Something moved on a line, or it is to end. */
  const progress = () =>
    new Promise<void>((resolve) => {
      goOn = resolve;
    });

  const settled = () => begun.size + [...refused].filter((owner) => !begun.has(owner)).length;

  async function open(signal: AbortSignal): Promise<void> {
    for (const [opened, session] of sessions.entries()) {
      while (opened - settled() >= MAX_CONNECTING && !signal.aborted) await progress();
      session.open();
    }
    while (settled() < sessions.length && !signal.aborted) await progress();
  }

  async function live(signal: AbortSignal): Promise<void> {
    while (time.size > 0 && !signal.aborted) {
      if (isHeldUp()) await progress();
      else {
        for (let count = 0; count < ROUND; count++) time.step();
        await setImmediate();
      }
    }
    for (const { books } of lines) {
      for (const book of books) {
        while (isHeldUp() && !signal.aborted) await progress();
        book.flush();
      }
    }
    while (pending() > 0 && !signal.aborted) await progress();
    isOver = !signal.aborted;
  }

  return {
    counts: () => ({
      devices: lines.reduce((total, { books }) => total + books.length, 0),
      sessions: sessions.length,
      refused: refused.size,
      from,
      at: isOver ? until() : Math.round(Math.min(time.now(), until())),
      until: until(),
      ...told,
      acknowledged: sum((session) => session.counts.acknowledged),
      pending: pending(),
      dropped: sum((session) => session.counts.dropped),
    }),
    async run(signal) {
      signal.addEventListener("abort", () => goOn(), { once: true });
      await open(signal);
      await live(signal);
      scheduler.clear();
      await sayGoodbye(sessions, deps.clock);
    },
  };
}
