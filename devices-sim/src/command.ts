import { readFileSync } from "node:fs";
import { isLinliError, LinliError, parseDuration } from "@linli/model";
import { type Clock, createLogger, EXIT_USAGE, explain, sleep, systemClock } from "@linli/runtime";
import { Command, InvalidArgumentError } from "commander";
import { chooseFleet, type FleetChoice, makeFleet } from "./choose-fleet.ts";
import { FAULTS } from "./faults/index.ts";
import { type FaultEntry, parseShort, parseTimeline } from "./faults/timeline.ts";
import { type Fleet, parseFleet } from "./fleet.ts";
import { GENTLE, NONE } from "./habits.ts";
import { mqttTransport } from "./link/mqtt.ts";
import { createScaledClock } from "./scaled-clock.ts";
import { createFleet, type Simulator, type SimulatorCounts } from "./simulator.ts";

interface Options {
  readonly fleet?: string;
  readonly broker: string;
  readonly seed?: number;
  readonly rate?: number;
  readonly size?: number;
  readonly kinds?: string[];
  readonly password?: string;
  readonly faults: string[];
  readonly habits: "gentle" | "none";
  readonly speed: number;
  readonly from?: number;
  readonly duration?: number;
  readonly once?: boolean;
  readonly listFaults?: boolean;
  readonly json?: boolean;
}

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError("a number above 0, please");
  return value;
}

function whole(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) throw new InvalidArgumentError("a whole number, please");
  return value;
}

function duration(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined) throw new InvalidArgumentError("a duration such as 90s or 10m, please");
  return ms;
}

function moment(text: string): number {
  const at = Date.parse(text);
  if (Number.isNaN(at)) throw new InvalidArgumentError("a moment such as 2026-06-01T08:00:00+08:00, please");
  return at;
}

function habitName(text: string): string {
  if (text !== "gentle" && text !== "none") throw new InvalidArgumentError("gentle or none, please");
  return text;
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new LinliError("invalid", `${path} cannot be read: ${(error as Error).message}`, { cause: error });
  }
}

function fleetOf(options: Options): Fleet {
  const choice: FleetChoice = {
    ...(options.size !== undefined && { size: options.size }),
    ...(options.kinds && { kinds: options.kinds }),
  };
  if (options.fleet === undefined) return makeFleet(choice, options.seed ?? 1, options.password ?? null);
  const fleet = parseFleet(read(options.fleet), options.fleet);
  return chooseFleet(options.seed === undefined ? fleet : { ...fleet, seed: options.seed }, choice);
}

/** A file of faults, or one in short form. */
function faultsOf(texts: readonly string[]): FaultEntry[] {
  return texts.flatMap((text) => (text.includes("@") ? [parseShort(text)] : parseTimeline(read(text))));
}

function listFaults(asJson: boolean): void {
  const list = Object.fromEntries([...FAULTS].map(([kind, faults]) => [kind, Object.keys(faults)]));
  if (asJson) console.log(JSON.stringify(list));
  else for (const [kind, names] of Object.entries(list)) console.log(`${kind.padEnd(26)}${names.join(", ")}`);
}

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

/** Runs until the work is done, the time is up or a signal comes. */
async function runFleet(simulator: Simulator, options: Options, clock: Clock): Promise<SimulatorCounts> {
  const ending = new AbortController();
  const end = () => ending.abort();
  process.once("SIGINT", end).once("SIGTERM", end);
  const show = () => (process.stderr.isTTY ? `\r\x1b[K${line(simulator.counts())}` : `${line(simulator.counts())}\n`);
  const every = process.stderr.isTTY ? 1_000 : 10_000;
  const cancelShow = clock.every(every * options.speed, () => process.stderr.write(show()));
  await simulator.start();
  const until = options.duration === undefined ? Infinity : clock.now() + options.duration;
  while (!ending.signal.aborted && clock.now() < until) {
    await sleep(clock, Math.min(200 * options.speed, until - clock.now()), ending.signal);
    if (options.once && isDone(simulator.counts())) break;
  }
  cancelShow();
  const counts = simulator.counts();
  process.stderr.write(process.stderr.isTTY ? `${show()}\n` : show());
  await simulator.stop();
  return counts;
}

async function simulate(options: Options): Promise<number> {
  if (options.listFaults) {
    listFaults(options.json === true);
    return 0;
  }
  const clock = createScaledClock(options.speed, options.from ?? systemClock.now());
  const log = createLogger("devices-sim", "warn");
  const settings = {
    fleet: fleetOf(options),
    broker: options.broker,
    faults: faultsOf(options.faults),
    habits: options.habits === "none" ? NONE : GENTLE,
    ...(options.rate !== undefined && { rate: options.rate }),
    ...(options.once && { once: true, ramp: 2_000 }),
  };
  const counts = await runFleet(createFleet(settings, { clock, log }, mqttTransport(options.broker)), options, clock);
  if (options.json) console.log(JSON.stringify(counts));
  return counts.acknowledged > 0 ? 0 : 1;
}

/** `linli sim`: a fleet at any broker. Sets the exit code: 2 = input that cannot be used, 1 = nothing got through. */
export function simulatorCommand(): Command {
  return new Command("sim")
    .description("simulate a fleet of devices at any MQTT broker")
    .option(
      "--fleet <file>",
      "JSON of devices and their tokens, such as data/demo/fleet.json; without it a fleet is made up",
    )
    .option("--broker <url>", "address of the broker", "mqtt://127.0.0.1:1883")
    .option("--seed <n>", "another seed, another fleet behaviour", whole)
    .option("--rate <n>", "messages a second that the fleet aims at; unless given, each kind's own cadence", positive)
    .option("--size <n>", "at most so many devices (100 for a made-up fleet)", whole)
    .option("--kinds <list>", "only these kinds, separated by commas", (text) => text.split(","))
    .option("--password <text>", "password of a made-up fleet's devices; their user names are their ids")
    .option(
      "--faults <file or name@time:device>",
      "YAML time line, or one fault such as entrapment@+2m/10m:lift-huayuan-01-1; may be repeated",
      (text, list: string[]) => [...list, text],
      [],
    )
    .option(
      "--habits <name>",
      "gentle: duplicates, gaps, wrong clocks as in real life; none: a tidy fleet",
      habitName,
      "gentle",
    )
    .option(
      "--speed <n>",
      "so many times as fast; with --from in the past, so that it does not run into the future",
      positive,
      1,
    )
    .option("--from <time>", "begin at this moment instead of now", moment)
    .option("--duration <time>", "end after this long, in the fleet's time", duration)
    .option("--once", "every device says everything once, then end")
    .option("--list-faults", "what can go wrong, by kind")
    .option("--json", "print what was done as JSON on standard output")
    .action(async (options: Options) => {
      try {
        process.exitCode = await simulate(options);
      } catch (error) {
        if (!isLinliError(error)) throw error;
        console.error(`sim: ${explain(error)}`);
        process.exitCode = error.code === "invalid" ? EXIT_USAGE : 1;
      }
    });
}
