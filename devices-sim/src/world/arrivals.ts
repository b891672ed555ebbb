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

export function createArrivals(options: ArrivalOptions): Arrivals {
  const { rhythm, scale, slotMs, block, noise, reserved = 0 } = options;
  const shift = noise.unit(0, 77);
  let cached = -1;
  let base = 0;
  let taken: boolean[] = [];

  const countAt = (index: number) => Math.floor(rhythm.total(index * block * slotMs) * scale + shift);

  function load(index: number): void {
    if (index === cached) return;
    base = countAt(index);
    const wanted = countAt(index + 1) - base;
    const order = Array.from({ length: block - reserved }, (_, i) => i + reserved).toSorted(
      (a, b) => noise.unit(index * block + a, 78) - noise.unit(index * block + b, 78),
    );
    const chosen = new Set(order.slice(0, wanted));
    taken = Array.from({ length: block }, (_, i) => chosen.has(i));
    cached = index;
  }

  return {
    slotMs,
    slotOf: (at) => Math.floor(at / slotMs),
    comes(slot) {
      const index = Math.floor(slot / block);
      load(index);
      return taken[slot - index * block] ?? false;
    },
    before(slot) {
      const index = Math.floor(slot / block);
      load(index);
      let count = base;
      for (let i = 0; i < slot - index * block; i++) if (taken[i]) count++;
      return count;
    },
  };
}
