import type { FaultEntry } from "@linli/devices-sim/app";
import type { NewDevice } from "@linli/model";
import type { Scenario } from "../file/scenario-file.ts";
import type { Step, StepOf } from "../file/steps.ts";
import type { StagedFleet } from "./fleet.ts";

type Ids = Pick<StagedFleet, "ids">;

/** One thing that happens, `at` ms after the start. */
export interface Moment {
  readonly at: number;
  readonly step: Step;
  /** Which of the file's steps it is, for messages. */
  readonly index: number;
  /** How far into a series, 0 to 1. */
  readonly share: number;
  /** How long after the first of its series. */
  readonly since: number;
}

/** Most repetitions of one step. */
const MOST = 100_000;

/** All that happens, in order; what the file names first comes first of what happens at once. */
export function momentsOf(steps: readonly Step[]): readonly Moment[] {
  const all = steps.flatMap((step, index): Moment[] => {
    const { at } = step;
    const { to, every } = "every" in step ? step : {};
    if (to === undefined || every === undefined) return [{ at, step, index, share: 0, since: 0 }];
    const count = Math.min(MOST, Math.floor((to - at) / every));
    return Array.from({ length: count + 1 }, (_, turn) => ({
      at: at + turn * every,
      step,
      index,
      share: to === at ? 0 : (turn * every) / (to - at),
      since: turn * every,
    }));
  });
  return all.toSorted((a, b) => a.at - b.at);
}

/** The faults that the simulator has to know beforehand; hand-played devices have none. */
export function faultsOf(
  { steps, start, lasts }: Scenario,
  fleet: Pick<StagedFleet, "ids" | "simulated">,
): FaultEntry[] {
  const simulated = new Set(fleet.simulated.devices.map(({ id }) => id));
  const silent = (id: string, from: number, until: number): FaultEntry => ({
    device: id,
    fault: "silent",
    at: start + from,
    lasts: until - from,
  });
  const backAt = (id: string, after: number) =>
    steps.find((step, index) => index > after && step.type === "line" && step.line === "back" && isOn(step, id, fleet))
      ?.at;
  return steps.flatMap((step, index): FaultEntry[] => {
    if (step.type === "fault") {
      const length = step.for === undefined ? {} : { lasts: step.for };
      return fleet.ids(step.on).map((device) => ({ device, fault: step.fault, at: start + step.at, ...length }));
    }
    if (step.type === "power") {
      const dark = poweredAt(step, fleet).filter(({ id }) => simulated.has(id));
      return dark.map(({ id }) => silent(id, step.at, step.at + step.for));
    }
    if (step.type !== "line" || step.line === "back") return [];
    const gone = fleet.ids(step.on).filter((id) => simulated.has(id));
    return gone.map((id) => silent(id, step.at, backAt(id, index) ?? lasts));
  });
}

function isOn({ on }: StepOf<"line">, id: string, fleet: Ids): boolean {
  return fleet.ids(on).includes(id);
}

/** The devices that lose their supply. */
export function poweredAt({ place, except }: StepOf<"power">, fleet: Ids): readonly Pick<NewDevice, "id">[] {
  return fleet
    .ids({ place })
    .filter((id) => !except.includes(id))
    .map((id) => ({ id }));
}
