import { type ClockOffset, ClockOffsets } from "./clock-offsets.ts";

/**
 * What interpreting remembers per device, so that its answer is a function of the journal alone: the same for watch and
 * archive, and the same again when a consumer starts over from an earlier position. Each consumer stores the text of
 * `save` together with its position.
 *
 * - Readings without a time of their own get receivedAt, raised where needed so that it strictly grows per device.
 *   receivedAt never decreases along the journal, so only what lies at or ahead of the position's time can still matter:
 *   the text stays small.
 * - Whose clock is wrong, and by how much.
 * - The names of undeclared points, in order of arrival up to the bound, so that the same ones are kept for ever.
 */
export interface DeviceMemory {
  readonly clocks: ClockOffsets;
  nextObservedAt(deviceId: string, receivedAt: number): number;
  /** False when the device has used up its bound of undeclared names. */
  admit(deviceId: string, name: string, max: number): boolean;
  /** As text, at a position whose journal time is `time`. */
  save(time: number): string;
}

interface Saved {
  readonly given: Readonly<Record<string, number>>;
  readonly names: Readonly<Record<string, readonly string[]>>;
  /** Absent of a text from before they were learned. */
  readonly clocks?: Readonly<Record<string, ClockOffset>>;
}

export function createDeviceMemory(text?: string): DeviceMemory {
  const saved: Saved = text ? (JSON.parse(text) as Saved) : { given: {}, names: {} };
  let given = new Map(Object.entries(saved.given));
  const names = new Map(Object.entries(saved.names).map(([id, list]) => [id, new Set(list)]));
  const clocks = new ClockOffsets(saved.clocks);
  let namesText: string | undefined;

  return {
    clocks,
    nextObservedAt(deviceId, receivedAt) {
      const last = given.get(deviceId);
      const next = last !== undefined && last >= receivedAt ? last + 1 : receivedAt;
      given.set(deviceId, next);
      return next;
    },
    admit(deviceId, name, max) {
      let known = names.get(deviceId);
      if (known?.has(name)) return true;
      if (known === undefined) names.set(deviceId, (known = new Set()));
      if (known.size >= max) return false;
      known.add(name);
      namesText = undefined;
      return true;
    },
    save(time) {
      given = new Map([...given].filter(([, at]) => at >= time));
      namesText ??= JSON.stringify(Object.fromEntries([...names].map(([id, set]) => [id, [...set]])));
      const rest = `"names":${namesText},"clocks":${JSON.stringify(clocks.save())}`;
      return `{"given":${JSON.stringify(Object.fromEntries(given))},${rest}}`;
    },
  };
}
