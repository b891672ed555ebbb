import { isLinliError, parseDuration } from "@linli/model";
import { EXIT_USAGE, explain } from "@linli/runtime";
import { Command, InvalidArgumentError, Option } from "commander";
import { FAULTS } from "./faults/index.ts";
import { checkOptions, type Options } from "./options.ts";
import { simulate } from "./run.ts";

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

function listFaults(asJson: boolean): void {
  const list = Object.fromEntries([...FAULTS].map(([kind, faults]) => [kind, Object.keys(faults)]));
  if (asJson) console.log(JSON.stringify(list));
  else for (const [kind, names] of Object.entries(list)) console.log(`${kind.padEnd(26)}${names.join(", ")}`);
}

/** Runs until it is done or a signal comes; tells the exit code. */
async function runCommand(options: Options): Promise<number> {
  if (options.listFaults) {
    listFaults(options.json === true);
    return 0;
  }
  checkOptions(options);
  const ending = new AbortController();
  const end = () => ending.abort();
  process.once("SIGINT", end).once("SIGTERM", end);
  const { past, live } = await simulate(options, ending.signal);
  if (options.json) console.log(JSON.stringify(past && live ? { past, live } : (past ?? live)));
  return (past?.acknowledged ?? 0) + (live?.acknowledged ?? 0) > 0 ? 0 : 1;
}

/** `linli sim`: a fleet at any broker. Sets the exit code: 2 = input that cannot be used, 1 = nothing got through. */
export function simulatorCommand(): Command {
  return new Command("linli sim")
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
    .addOption(
      new Option(
        "--history <time>",
        "live through so much of the past, up to now or counted from --from, as fast as the broker acknowledges, then end",
      )
        .argParser(duration)
        .conflicts(["speed", "rate", "once"]),
    )
    .option("--every <time>", "with --history: no device speaks of its values more often than this", duration)
    .option("--then-live", "with --history: when the past has come up to now, go on live")
    .option("--list-faults", "what can go wrong, by kind")
    .option("--json", "print what was done as JSON on standard output")
    .action(async (options: Options) => {
      try {
        process.exitCode = await runCommand(options);
      } catch (error) {
        if (!isLinliError(error)) throw error;
        console.error(`sim: ${explain(error)}`);
        process.exitCode = error.code === "invalid" ? EXIT_USAGE : 1;
      }
    });
}
