import type { LocalTime } from "./local-time.ts";
import { createRhythm, type Rhythm } from "./rhythm.ts";

/** 24 numbers from "hour: value" steps: each holds until the next. */
function steps(...pairs: readonly (readonly [hour: number, value: number])[]): number[] {
  return Array.from({ length: 24 }, (_, hour) => pairs.findLast(([from]) => from <= hour)?.[1] ?? 0);
}

/** The rhythms of a neighbourhood. Rates are per hour unless named a share. */
export interface People {
  /** Lift trips of a busy staircase. */
  readonly lift: Rhythm;
  /** Share (0–1) of the residents who are at home. */
  readonly atHome: Rhythm;
  /** Share (0–1) of how lively shared rooms, lobbies and paths are. */
  readonly about: Rhythm;
  /** Sessions of one popular gym machine. */
  readonly gym: Rhythm;
  /** Share (0–1) of a gym's capacity in use. */
  readonly gymCrowd: Rhythm;
  /** Consultations of a clinic kiosk. */
  readonly clinic: Rhythm;
  /** Sales of a medicine machine. */
  readonly medicine: Rhythm;
}

/** Hours in which the clinic kiosks take people, every day. */
export const CLINIC_OPENS = 8;
export const CLINIC_CLOSES = 20;
/** Hours in which the gyms are open, every day. */
export const GYM_OPENS = 6;
export const GYM_CLOSES = 22;

export function createPeople(local: LocalTime): People {
  const rhythm = (workday: number[], weekend: number[]) => createRhythm(workday, weekend, local);
  return {
    lift: rhythm(
      steps(
        [0, 0.6],
        [1, 0.25],
        [5, 1.5],
        [6, 6],
        [7, 17],
        [8, 14],
        [9, 9],
        [11, 11],
        [13, 7],
        [16, 11],
        [17, 17],
        [19, 14],
        [21, 9],
        [22, 5],
        [23, 2],
      ),
      steps([0, 1], [1, 0.4], [5, 1], [6, 3], [8, 8], [9, 11], [12, 9], [15, 11], [18, 12], [20, 10], [22, 6], [23, 3]),
    ),
    atHome: rhythm(
      steps(
        [0, 0.97],
        [6, 0.9],
        [7, 0.7],
        [8, 0.45],
        [9, 0.35],
        [12, 0.4],
        [16, 0.5],
        [18, 0.75],
        [20, 0.88],
        [22, 0.95],
      ),
      steps([0, 0.97], [8, 0.85], [10, 0.6], [14, 0.55], [18, 0.75], [21, 0.92]),
    ),
    about: rhythm(
      steps(
        [0, 0.02],
        [5, 0.1],
        [6, 0.35],
        [7, 0.8],
        [9, 0.45],
        [11, 0.5],
        [13, 0.35],
        [16, 0.7],
        [18, 1],
        [20, 0.75],
        [22, 0.25],
        [23, 0.08],
      ),
      steps([0, 0.03], [6, 0.2], [8, 0.5], [10, 0.7], [13, 0.5], [16, 0.8], [18, 1], [21, 0.5], [23, 0.1]),
    ),
    gym: rhythm(
      steps(
        [0, 0],
        [6, 0.9],
        [8, 0.5],
        [10, 0.35],
        [12, 0.4],
        [14, 0.3],
        [17, 0.8],
        [18, 1.3],
        [20, 1.2],
        [21, 0.6],
        [22, 0],
      ),
      steps([0, 0], [6, 0.4], [8, 0.7], [10, 0.9], [12, 0.5], [14, 0.8], [18, 0.9], [21, 0.4], [22, 0]),
    ),
    gymCrowd: rhythm(
      steps([0, 0], [6, 0.35], [8, 0.2], [10, 0.15], [17, 0.4], [18, 0.65], [20, 0.6], [21, 0.25], [22, 0]),
      steps([0, 0], [6, 0.15], [8, 0.3], [10, 0.45], [12, 0.25], [14, 0.4], [18, 0.45], [21, 0.2], [22, 0]),
    ),
    clinic: rhythm(
      steps([0, 0], [8, 2.2], [10, 1.8], [12, 0.6], [14, 1.6], [17, 1], [20, 0]),
      steps([0, 0], [8, 1.2], [10, 1.4], [12, 0.5], [14, 1], [17, 0.6], [20, 0]),
    ),
    medicine: rhythm(
      steps([0, 0.25], [2, 0.1], [7, 0.8], [9, 1.4], [12, 1.1], [14, 1.3], [18, 2], [21, 1.4], [23, 0.6]),
      steps([0, 0.3], [2, 0.1], [8, 0.9], [10, 1.6], [14, 1.5], [18, 1.9], [21, 1.3], [23, 0.6]),
    ),
  };
}
