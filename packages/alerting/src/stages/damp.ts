import { minutes } from "@linli/model";

const WINDOW = minutes(30);
const OPENINGS = 4;
/** So long without a change, and it stands as it stands. */
const CALM = minutes(15);

/** How often something opened of late, and whether people are spared the details. */
export interface Flapping {
  readonly openings: readonly number[];
  readonly dampedSince: number | null;
  readonly lastAt: number;
}

/** One more opening. */
export function openedAgain({ openings, dampedSince }: Flapping, at: number): Flapping {
  const recent = [...openings.filter((moment) => moment > at - WINDOW), at].slice(-100);
  return { openings: recent, dampedSince: dampedSince ?? (recent.length >= OPENINGS ? at : null), lastAt: at };
}

/** When it will have been calm for long enough. */
export function calmAt({ lastAt, dampedSince }: Flapping): number {
  return lastAt + (dampedSince === null ? WINDOW : CALM);
}
