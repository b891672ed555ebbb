/** What a fault run is given. */
export interface FaultContext {
  /** How often the fault strikes; each fault says what one round is. */
  readonly rounds: number;
  /** Decides every random choice. */
  readonly seed: number;
  /** A line of progress for a person; nothing of it decides. */
  readonly note: (line: string) => void;
}

/** One thing that goes wrong, and what must hold all the same. */
export interface Fault {
  /** `F1` …, as the reliability table in docs/reliability.md numbers them. */
  readonly id: string;
  readonly title: string;
  /** Rounds when nobody says; the short form of `npm test` runs one. */
  readonly rounds: number;
  /** What a machine may lack; without it the fault is skipped, by this name. */
  readonly needs?: { readonly part: string; isThere(): boolean };
  /** Resolves with one line of figures; rejects when what must hold does not. */
  run(context: FaultContext): Promise<string>;
}

/** Throws unless it holds; the message is the verdict that is printed. */
export function mustHold(holds: boolean, verdict: string): void {
  if (!holds) throw new Error(verdict);
}

/** A repeatable stream of numbers in [0, 1): mulberry32. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
