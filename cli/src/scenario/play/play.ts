import { createSimulator, FAULTS, type FaultEntry, GENTLE, NONE, type Transport } from "@linli/devices-sim/app";
import { isLinliError, LinliError, type Problem } from "@linli/model";
import { type Clock, createLogger, newToken } from "@linli/runtime";
import type { Author, StateStore } from "@linli/stores";
import type { Scenario } from "../file/scenario-file.ts";
import type { Step } from "../file/steps.ts";
import { type Failure, judge } from "../judge/judge.ts";
import type { Run } from "../run.ts";
import { readBook } from "../stage/book.ts";
import { HandPlayed } from "../stage/hand.ts";
import { perform } from "../stage/perform.ts";
import { faultsOf, momentsOf } from "../stage/time-line.ts";
import { type Guests, inviteFleet } from "./guests.ts";

/** A platform that runs, and how to get there. */
export interface Running {
  readonly state: StateStore;
  readonly clock: Clock;
  /** To its broker. */
  readonly transport: Transport;
  /** Closes an alert, as a person does through the API. */
  closed(alertId: string, personId: string, content: unknown): Promise<void>;
  /** Resolves when it is that late by `clock`; fails when it is broken off, and with it all that waits. */
  until(at: number): Promise<void>;
}

export interface Played extends Run {
  /** Expectations that depend on whom this platform has, by their path in the file. */
  readonly notJudged: readonly string[];
}

/** What devices do. All else would change the platform for those who work with it. */
const PLAYABLE: ReadonlySet<Step["type"]> = new Set([
  "fault",
  "recording",
  "reading",
  "event",
  "send",
  "line",
  "power",
]);
/** Who is told, and by what words, is this platform's own affair. */
const OF_DEVICES: ReadonlySet<Scenario["expect"][number]["type"]> = new Set([
  "alert",
  "noAlert",
  "connection",
  "incident",
]);
/** Until the platform's processes know the new devices. */
const SETTLE_MS = 3_000;
const MOST_OPEN = 1_000;
const MOST_TRIES = 30;
const TRY_AGAIN_MS = 10_000;
/** What happens at the end is decided and written down within. */
const TOLERANCE_MS = 5_000;

interface Options {
  /** Of the names of devices and places. */
  readonly prefix: string;
  readonly author: Author;
  readonly told: (line: string) => void;
}

/** Fails with `invalid` for a scenario whose steps change the platform itself. */
function assertPlayable({ steps, rules }: Scenario): void {
  const problems: Problem[] = steps.flatMap((step, index) =>
    PLAYABLE.has(step.type)
      ? []
      : [{ field: `steps.${index}`, value: step.type, message: "changes the platform itself: only `run` plays it" }],
  );
  if (rules.length > 0) problems.push({ field: "rules", message: "rules of its own: only `run` plays it" });
  if (problems.length > 0) throw new LinliError("invalid", "this scenario cannot be played live", { problems });
}

/**
 * Plays a scenario's devices against a running platform, as fast as the clock goes, under names that begin with `prefix`;
 * afterwards they are retired. What they raise is real: whoever is on duty is told.
 */
export async function playScenario(given: Scenario, running: Running, options: Options): Promise<Played> {
  const { prefix, author, told } = options;
  assertPlayable(given);
  const guests = inviteFleet(given, prefix, newToken);
  const { state } = running;
  await state.registry.importBatch(guests.batch, author);
  told(`${guests.batch.devices.length} devices registered as ${prefix}…`);
  try {
    return await playWith(given, guests, running, options);
  } finally {
    await retire(guests, running, options);
  }
}

/** What only a person ends is closed once the devices, which still speak, say that it is over. */
async function closeLatched({ devices }: Guests, running: Running, { id: personId }: Author): Promise<void> {
  const { state, clock } = running;
  const deviceIds = [...devices.keys()];
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const { items } = await state.alerts.alerts({ active: true, deviceIds }, { limit: MOST_OPEN });
    const latched = items.filter(({ alert }) => alert.latched);
    if (latched.length === 0) return;
    for (const { alert } of latched) await running.closed(alert.id, personId, { outcome: "known", text: "played" });
    await running.until(clock.now() + TRY_AGAIN_MS);
  }
}

/** A device whose alert goes on stays, and is named: somebody has to see to it. */
async function retire({ devices }: Guests, { state, clock }: Running, { author, told }: Options): Promise<void> {
  for (const id of devices.keys()) {
    try {
      await state.registry.retireDevice(id, { ...author, at: clock.now() });
    } catch (error) {
      if (!isLinliError(error, "conflict")) throw error;
      told(error.message);
    }
  }
  told("the devices have left");
}

/** As many as there are, none longer than the scenario: at its end everything is well again. */
function faultsWithin(scenario: Scenario, guests: Guests): FaultEntry[] {
  const end = scenario.start + scenario.lasts;
  return faultsOf(scenario, guests).map((entry) => {
    const usual = FAULTS.get(guests.devices.get(entry.device)?.kind ?? "")?.[entry.fault]?.lasts ?? Infinity;
    return { ...entry, lasts: Math.min(entry.lasts ?? usual, end - (entry.at ?? scenario.start)) };
  });
}

async function playWith(given: Scenario, guests: Guests, running: Running, { author, told }: Options): Promise<Played> {
  const { state, clock, transport } = running;
  const from = await state.history.end();
  const start = clock.now() + SETTLE_MS;
  const scenario = { ...given, start };
  await running.until(start);
  const hand = new HandPlayed(guests.byHand, {
    clock,
    tokenOf: guests.tokenOf,
    lines: {
      connect(login, events) {
        const line = transport(login, events);
        // a device's retain flag has no effect
        return { ...line, send: ({ topic, payload }, done) => line.publish(topic, payload, done) };
      },
    },
  });
  const simulator = createSimulator(
    {
      fleet: guests.simulated,
      broker: "running",
      faults: faultsWithin(scenario, guests),
      habits: scenario.fleet.habits === "gentle" ? GENTLE : NONE,
    },
    { clock, log: createLogger("scenario", "silent"), transport },
  );
  await simulator.start();
  hand.open();
  const scene = { start, fleet: guests, hand, platform: { clock, state, ...ONLY_DEVICES } };
  try {
    for (const moment of momentsOf(scenario.steps)) {
      await running.until(start + moment.at);
      if (moment.since === 0) told(`${Math.round(moment.at / 1_000)} s: ${moment.step.type}`);
      await perform(moment, scene);
    }
    await running.until(start + scenario.lasts + TOLERANCE_MS);
    return await judged(scenario, guests, { state, from });
  } finally {
    try {
      await closeLatched(guests, running, author);
    } finally {
      await Promise.all([simulator.stop(), hand.close()]);
    }
  }
}

const unplayable = () => Promise.reject(new LinliError("invalid", "only `run` plays it"));
const ONLY_DEVICES = { start: unplayable, stop: unplayable, closed: unplayable, say: unplayable };

async function judged(
  scenario: Scenario,
  guests: Guests,
  { state, from }: { state: StateStore; from: Awaited<ReturnType<StateStore["history"]["end"]>> },
): Promise<Played> {
  const whole = await readBook(state, scenario.start, [], from);
  const isGuest = (deviceId: string) => guests.devices.has(deviceId);
  const book = {
    ...whole,
    decided: whole.decided.filter(({ effect }) => isGuest(effect.alert.deviceId)),
    connections: whole.connections.filter(({ deviceId }) => isGuest(deviceId)),
    incidents: whole.incidents.filter(({ members }) => members.some(({ deviceId }) => isGuest(deviceId))),
  };
  const evidence = { book, scenario, ids: guests.ids, tolerance: TOLERANCE_MS };
  const isJudged = (path: string) => OF_DEVICES.has(scenario.expect[Number(path.split(".")[1])]?.type ?? "told");
  const failures: readonly Failure[] = judge(scenario, evidence).filter(({ path }) => isJudged(path));
  const notJudged = scenario.expect.map((_, index) => `expect.${index}`).filter((path) => !isJudged(path));
  return { book, failures, lasted: scenario.lasts, notJudged };
}
