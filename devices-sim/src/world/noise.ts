/** Chance without state: the same seed, key and index always give the same number. */
export interface Noise {
  /** Uniform in [0, 1). */
  unit(index: number, channel?: number): number;
  /** Uniform integer in [from, to]. */
  int(from: number, to: number, index: number, channel?: number): number;
  pick<T>(list: readonly [T, ...T[]], index: number, channel?: number): T;
  /** Smooth in time, in [-1, 1]: a new random knot every `period` ms, a smooth curve between them. */
  wave(at: number, period: number, channel?: number): number;
  /** Another, independent source under this one. */
  fork(name: string): Noise;
}

/** FNV-1a, 32 bits. */
function hashText(text: string, start = 0x811c9dc5): number {
  let hash = start;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/** The finaliser of MurmurHash3: every input bit changes every output bit with probability one half. */
function mix(input: number): number {
  let hash = input;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function noiseOf(base: number): Noise {
  const unit = (index: number, channel = 0): number => {
    const high = Math.floor(index / 4_294_967_296);
    const word = mix(base ^ mix((index >>> 0) ^ mix(high + Math.imul(channel + 1, 0x9e3779b9))));
    return word / 4_294_967_296;
  };
  return {
    unit,
    int: (from, to, index, channel) => from + Math.floor(unit(index, channel) * (to - from + 1)),
    pick: (list, index, channel) => list[Math.floor(unit(index, channel) * list.length)] ?? list[0],
    wave(at, period, channel = 0) {
      const knot = Math.floor(at / period);
      const x = at / period - knot;
      const weight = x * x * (3 - 2 * x);
      const from = unit(knot, channel);
      return (from + (unit(knot + 1, channel) - from) * weight) * 2 - 1;
    },
    fork: (name) => noiseOf(mix(hashText(name, base))),
  };
}

export function createNoise(seed: number, key: string): Noise {
  return noiseOf(mix(hashText(key, mix(seed >>> 0))));
}
