import { SECOND } from "./model.ts";

/** One stretch of a trip. Times are epoch ms; floors are positions counted from the lowest landing. */
export interface Stretch {
  readonly state: "run" | "opening" | "open" | "closing";
  readonly start: number;
  readonly end: number;
  readonly from: number;
  readonly to: number;
  /** Percent of the rated load. */
  readonly load: number;
}

/** How a car moves. */
export interface Drive {
  /** m/s. */
  readonly speed: number;
  readonly floorHeight: number;
}

const ACCELERATION = 0.7;
const OPENING = 2 * SECOND;
const CLOSING = 2.5 * SECOND;

/** Whole time of a run over `metres` with a trapezoid of speed, ms. */
export function runTime(drive: Drive, metres: number): number {
  const ramp = drive.speed / ACCELERATION;
  const seconds = metres >= drive.speed * ramp ? metres / drive.speed + ramp : 2 * Math.sqrt(metres / ACCELERATION);
  return seconds * SECOND;
}

export type Phase = "accelerate" | "ratedSpeed" | "decelerate";

/** Where a run is after `elapsed` ms: metres from its start, m/s, and which part of the trapezoid. */
export function runAt(drive: Drive, metres: number, elapsed: number): { metres: number; speed: number; phase: Phase } {
  const total = runTime(drive, metres) / SECOND;
  const t = elapsed / SECOND;
  const ramp = Math.min(drive.speed / ACCELERATION, total / 2);
  if (t < ramp) return { metres: (ACCELERATION * t * t) / 2, speed: ACCELERATION * t, phase: "accelerate" };
  const rest = total - t;
  if (rest < ramp) {
    return { metres: metres - (ACCELERATION * rest * rest) / 2, speed: ACCELERATION * rest, phase: "decelerate" };
  }
  return {
    metres: (ACCELERATION * ramp * ramp) / 2 + drive.speed * (t - ramp),
    speed: drive.speed,
    phase: "ratedSpeed",
  };
}

export interface Journey {
  /** Where the car stands when it is called. */
  readonly at: number;
  readonly origin: number;
  readonly destination: number;
  readonly load: number;
  /** How long the door stands open at each of the two stops, ms. */
  readonly holds: readonly [number, number];
}

/** The stretches of a journey: to the caller, door, ride, door. Their start is 0; see `shifted`. */
export function stretchesOf(drive: Drive, journey: Journey): Stretch[] {
  const stretches: Stretch[] = [];
  let now = 0;
  const add = (state: Stretch["state"], took: number, from: number, to: number, load: number) => {
    stretches.push({ state, start: now, end: now + took, from, to, load });
    now += took;
  };
  const run = (from: number, to: number, load: number) => {
    if (from !== to) add("run", runTime(drive, Math.abs(to - from) * drive.floorHeight), from, to, load);
  };
  const stop = (floor: number, hold: number, before: number, after: number) => {
    add("opening", OPENING, floor, floor, before);
    add("open", hold, floor, floor, after);
    add("closing", CLOSING, floor, floor, after);
  };
  run(journey.at, journey.origin, 0);
  stop(journey.origin, journey.holds[0], 0, journey.load);
  run(journey.origin, journey.destination, journey.load);
  stop(journey.destination, journey.holds[1], journey.load, 0);
  return stretches;
}

export function shifted(stretches: readonly Stretch[], by: number): Stretch[] {
  return stretches.map((stretch) => ({ ...stretch, start: stretch.start + by, end: stretch.end + by }));
}
