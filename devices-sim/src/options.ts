import { readFileSync } from "node:fs";
import { LinliError, type Problem } from "@linli/model";
import { chooseFleet, type FleetChoice, makeFleet } from "./choose-fleet.ts";
import { type FaultEntry, parseShort, parseTimeline } from "./faults/timeline.ts";
import { type Fleet, parseFleet } from "./fleet.ts";
import type { PastSettings } from "./history/past.ts";

/** What was asked for on the command line. */
export interface Options {
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
  readonly history?: number;
  readonly every?: number;
  readonly thenLive?: boolean;
  readonly listFaults?: boolean;
  readonly json?: boolean;
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new LinliError("invalid", `${path} cannot be read: ${(error as Error).message}`, { cause: error });
  }
}

/** The fleet of a file, or one that is made up. */
export function fleetOf(options: Options): Fleet {
  const choice: FleetChoice = {
    ...(options.size !== undefined && { size: options.size }),
    ...(options.kinds && { kinds: options.kinds }),
  };
  if (options.fleet === undefined) return makeFleet(choice, options.seed ?? 1, options.password ?? null);
  const fleet = parseFleet(read(options.fleet), options.fleet);
  return chooseFleet(options.seed === undefined ? fleet : { ...fleet, seed: options.seed }, choice);
}

/** A file of faults, or one in short form. */
export function faultsOf(texts: readonly string[]): FaultEntry[] {
  return texts.flatMap((text) => (text.includes("@") ? [parseShort(text)] : parseTimeline(read(text))));
}

/** Where the past begins and ends. Fails with `invalid` when it would reach into the future. */
export function spanOf(
  { from, thenLive }: Options,
  length: number,
  now: () => number,
): Pick<PastSettings, "from" | "until"> {
  const present = now();
  const begin = from ?? present - length;
  if (begin + length > present) throw new LinliError("invalid", "--from and --history reach into the future");
  return { from: begin, until: thenLive ? now : () => begin + length };
}

/** Fails with `invalid`, listing all options that mean nothing together. */
export function checkOptions({ history, every, thenLive, from, duration: length }: Options): void {
  const problems: Problem[] = [];
  const problem = (field: string, message: string) => problems.push({ field, message });
  if (history === undefined && every !== undefined) problem("--every", "only with --history");
  if (history === undefined && thenLive) problem("--then-live", "only with --history");
  if (thenLive && from !== undefined) problem("--from", "not with --then-live: that past ends now");
  if (history !== undefined && !thenLive && length !== undefined) problem("--duration", "not with --history alone");
  if (problems.length > 0) throw new LinliError("invalid", "these options cannot be used together", { problems });
}
