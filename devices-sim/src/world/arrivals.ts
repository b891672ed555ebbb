import type { Noise } from "./noise.ts";
import type { Rhythm } from "./rhythm.ts";

/** People who come one after another, at most one per slot: random in detail, exact in number. */
export interface Arrivals {
  readonly slotMs: number;
  slotOf(at: number): number;
  /** Whether somebody comes in this slot. */
  comes(slot: number): boolean;
  /** How many came before this slot, since 1970; in closed form, never falls. */
  before(slot: number): number;
}

export interface ArrivalOptions {
  readonly rhythm: Rhythm;
  /** Times the rhythm's rate. */
  readonly scale: number;
  readonly slotMs: number;
  /** Slots in a block. Within it the draw is random; from block to block the count follows the rhythm. */
  readonly block: number;
  /** First slots of each block in which nobody comes. */
  readonly reserved?: number;
  readonly noise: Noise;
}

interface Block {
  /** Arrivals before it. */
  readonly base: number;
  readonly taken: readonly boolean[];
}

/** A device asks for now, for its last refill or service, and for what lies between. */
const MAX_BLOCKS = 64;

export function createArrivals(options: ArrivalOptions): Arrivals {
  const { rhythm, scale, slotMs, block, noise, reserved = 0 } = options;
  const shift = noise.unit(0, 77);
  const blocks = new Map<number, Block>();

  const countAt = (index: number) => Math.floor(rhythm.total(index * block * slotMs) * scale + shift);

  function load(index: number): Block {
    const known = blocks.get(index);
    if (known) return known;
    const base = countAt(index);
    const wanted = countAt(index + 1) - base;
    // drawn by weight (Efraimidis and Spirakis): busy slots are likelier, slots without any rate are never taken
    const order = Array.from({ length: block - reserved }, (_, i) => i + reserved)
      .map((i) => ({ i, rate: rhythm.rate((index * block + i + 0.5) * slotMs) }))
      .filter(({ rate }) => rate > 0)
      .map(({ i, rate }) => ({ i, key: noise.unit(index * block + i, 78) ** (1 / rate) }))
      .toSorted((a, b) => b.key - a.key)
      .map(({ i }) => i);
    const chosen = new Set(order.slice(0, wanted));
    const loaded = { base, taken: Array.from({ length: block }, (_, i) => chosen.has(i)) };
    if (blocks.size >= MAX_BLOCKS) blocks.clear();
    blocks.set(index, loaded);
    return loaded;
  }

  return {
    slotMs,
    slotOf: (at) => Math.floor(at / slotMs),
    comes(slot) {
      const index = Math.floor(slot / block);
      const { taken } = load(index);
      return taken[slot - index * block] ?? false;
    },
    before(slot) {
      const index = Math.floor(slot / block);
      const { base, taken } = load(index);
      let count = base;
      for (let i = 0; i < slot - index * block; i++) if (taken[i]) count++;
      return count;
    },
  };
}
