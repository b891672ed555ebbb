import { type Clock, createLogger, sleep, systemClock } from "@linli/runtime";
import { GENTLE, NONE } from "./habits.ts";
import { createPast, type PastCounts, type PastSettings } from "./history/past.ts";
import { showPast } from "./history/show.ts";
import { mqttTransport } from "./link/mqtt.ts";
import { faultsOf, fleetOf, type Options, spanOf } from "./options.ts";
import { createScaledClock } from "./scaled-clock.ts";
import { createFleet, type SimulatorCounts, type SimulatorSettings } from "./simulator.ts";

const line = (counts: SimulatorCounts) =>
  `${counts.online}/${counts.sessions} sessions online, ${counts.greeted}/${counts.devices} devices have spoken, ` +
  `${counts.acknowledged} messages acknowledged, ${counts.pending} waiting` +
  (counts.refused > 0 ? `, ${counts.refused} logins refused` : "") +
  (counts.dropped > 0 ? `, ${counts.dropped} dropped` : "");

/** Whether a fleet that speaks once has said everything that it could. */
const isDone = (counts: SimulatorCounts) =>
  counts.online + counts.refused === counts.sessions &&
  counts.pending === 0 &&
  (counts.greeted === counts.devices || counts.refused > 0);

interface Show {
  readonly line: () => string;
  readonly clock: Clock;
  /** ms of that clock. */
  readonly every: number;
}

/** Shows the line again and again on the terminal; the result shows it for the last time. */
function keepShowing({ line: text, clock, every }: Show): () => void {
  const show = () => process.stderr.write(process.stderr.isTTY ? `\r\x1b[K${text()}` : `${text()}\n`);
  const cancel = clock.every(every, show);
  return () => {
    cancel();
    show();
    if (process.stderr.isTTY) process.stderr.write("\n");
  };
}

const SHOW_EVERY = process.stderr.isTTY ? 1_000 : 10_000;

/** Runs until the work is done, the time is up or a signal comes. */
async function runFleet(settings: SimulatorSettings, options: Options, ending: AbortSignal): Promise<SimulatorCounts> {
  const clock = createScaledClock(options.speed, options.from ?? systemClock.now());
  const log = createLogger("devices-sim", "warn");
  const simulator = createFleet(settings, { clock, log }, mqttTransport(options.broker));
  const done = keepShowing({ line: () => line(simulator.counts()), clock, every: SHOW_EVERY * options.speed });
  await simulator.start();
  const until = options.duration === undefined ? Infinity : clock.now() + options.duration;
  while (!ending.aborted && clock.now() < until) {
    await sleep(clock, Math.min(200 * options.speed, until - clock.now()), ending);
    if (options.once && isDone(simulator.counts())) break;
  }
  done();
  const counts = simulator.counts();
  await simulator.stop();
  return counts;
}

/** Lets the fleet live through its past; up to the present, however long that takes, when it goes on from there. */
async function runPast(settings: PastSettings, options: Options, ending: AbortSignal): Promise<PastCounts> {
  const clock = createScaledClock(1, systemClock.now());
  const log = createLogger("devices-sim", "warn");
  const past = createPast(settings, { clock, log }, mqttTransport(options.broker));
  const begin = clock.monotonic();
  const show = () => showPast(past.counts(), clock.monotonic() - begin);
  const done = keepShowing({ line: show, clock, every: SHOW_EVERY });
  await past.run(ending);
  done();
  return past.counts();
}

/** What was done, as `--json` tells it: of the past, of the present, or of both. */
interface Done {
  readonly past?: PastCounts;
  readonly live?: SimulatorCounts;
}

/** Runs what the options ask for. Fails with `invalid` for what cannot be used. */
export async function simulate(options: Options, ending: AbortSignal): Promise<Done> {
  const { history, every, rate, thenLive } = options;
  const settings = {
    fleet: fleetOf(options),
    faults: faultsOf(options.faults),
    habits: options.habits === "none" ? NONE : GENTLE,
  };
  const live = (faults: SimulatorSettings["faults"] = []): SimulatorSettings => ({
    ...settings,
    faults,
    broker: options.broker,
    ...(rate !== undefined && { rate }),
    ...(options.once && { once: true, ramp: 2_000 }),
  });
  if (history === undefined) return { live: await runFleet(live(settings.faults), options, ending) };
  const span = spanOf(options, history, () => systemClock.now());
  const past = await runPast({ ...settings, ...span, ...(every !== undefined && { every }) }, options, ending);
  if (!thenLive || ending.aborted) return { past };
  // what was to come so long after the start came so long after the start of the past
  const placed = settings.faults.map((fault) => ({ ...fault, at: fault.at ?? span.from + (fault.after ?? 0) }));
  return { past, live: await runFleet(live(placed), options, ending) };
}
