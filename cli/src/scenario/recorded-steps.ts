import { dirname, resolve } from "node:path";
import { LinliError } from "@linli/model";
import { readRows } from "../recording/rows.ts";
import { rowTime } from "../recording/timeline.ts";
import type { Scenario } from "./file/scenario-file.ts";
import type { Step, StepOf } from "./file/steps.ts";

/** Most rows of one recording: they are all in memory. */
const MOST_ROWS = 1_000_000;

interface Files {
  /** The scenario's own file: recordings are named from its folder. */
  readonly file: string;
  /** Where recordings are otherwise. */
  readonly folder?: string;
}

async function readingsOf(step: StepOf<"recording">, path: string): Promise<Step[]> {
  const readings: Step[] = [];
  const { at, columns, time, separator, on, from = Number.NEGATIVE_INFINITY } = step;
  const source = "column" in time ? time : { intervalMs: time.interval };
  let first: number | undefined;
  let rows = 0;
  for await (const row of readRows({ file: path, separator })) {
    if (readings.length === MOST_ROWS) throw new LinliError("too-large", `${path} has more than ${MOST_ROWS} rows`);
    const moment = rowTime(source, row, rows++);
    if (moment < from) continue;
    first ??= moment;
    const cells = Object.entries(columns).flatMap(([column, point]): [string, number | boolean | string][] => {
      const cell = row.cells[column];
      if (typeof cell === "number" || typeof cell === "boolean") return [[point, cell]];
      if (typeof cell !== "string" || cell === "") return [];
      const number = Number(cell);
      return [[point, Number.isNaN(number) ? cell : number]];
    });
    if (moment < first || cells.length === 0) continue;
    readings.push({ type: "reading", at: at + moment - first, reading: Object.fromEntries(cells), on });
  }
  return readings;
}

/** Plays recordings as the readings that they are. Fails for a file that is not there or no recording. */
export async function withRecordings(scenario: Scenario, { file, folder }: Files): Promise<Scenario> {
  const steps: Step[] = [];
  for (const step of scenario.steps) {
    if (step.type !== "recording") steps.push(step);
    else
      for (const reading of await readingsOf(step, resolve(folder ?? dirname(file), step.recording)))
        steps.push(reading);
  }
  return { ...scenario, steps };
}
