import { hours, minutes, seconds } from "@linli/model";

/** A clock that is off by less is right. */
const RIGHT_MS = minutes(5);
/** How far messages of one wrong clock may lie apart: they are under way for different times. */
const STEADY_MS = minutes(1);
/** The clock wanders: from there on the newest message says where it is. */
const WANDERED_MS = seconds(30);
/** So many messages make a habit, or end one. */
const MESSAGES = 3;
/** Nothing comes from the future: such a clock is wrong. A value from the past may as well have been held back. */
const AHEAD_FOR_MS = minutes(1);
const BEHIND_FOR_MS = hours(2);
const TELL_EVERY_MS = hours(1);

/** A clock that may be wrong: by how much, since when, and how many messages have said so, or otherwise. */
export interface ClockOffset {
  readonly offsetMs: number;
  readonly since: number;
  /** The newest time that it stated: a repeat says nothing. */
  readonly statedAt: number;
  readonly agreeing: number;
  readonly strays: number;
  /** The newest time of those. */
  readonly strayAt?: number;
  /** Known to be wrong, and told so at that time. */
  readonly toldAt?: number;
}

function isWithin(limit: number, value: number): boolean {
  return Math.abs(value) <= limit;
}

/** Neither its habit nor what it may have held back. */
function isStray(ms: number, { offsetMs }: ClockOffset): boolean {
  return isWithin(RIGHT_MS, ms) || ms > offsetMs + STEADY_MS;
}

/**
 * Clocks that are off by the same time again and again, such as Beijing time that is called UTC: what such a device
 * says of now would count as the future, or as long past, and no rule would ever see it. Only what devices say when
 * they say it counts, so the same journal gives the same offsets.
 */
export class ClockOffsets {
  private readonly known: Map<string, ClockOffset>;

  constructor(saved: Readonly<Record<string, ClockOffset>> = {}) {
    this.known = new Map(Object.entries(saved));
  }

  save(): Readonly<Record<string, ClockOffset>> {
    return Object.fromEntries(this.known);
  }

  /**
   * Takes the newest time that a message states. Answers the offset, in ms, when it is to be told: when it has become
   * known, every hour, and as 0 when the clock is right again.
   */
  learn(deviceId: string, statedAt: number, receivedAt: number): number | undefined {
    const ms = statedAt - receivedAt;
    const known = this.known.get(deviceId);
    if (known === undefined) {
      if (!isWithin(RIGHT_MS, ms)) this.suspect(deviceId, statedAt, receivedAt);
      return undefined;
    }
    if (isWithin(STEADY_MS, ms - known.offsetMs)) {
      return statedAt > known.statedAt ? this.agree(deviceId, known, statedAt, receivedAt) : undefined;
    }
    if (known.toldAt !== undefined) {
      if (!isStray(ms, known) || statedAt <= (known.strayAt ?? 0)) return undefined;
      const strays = known.strays + 1;
      if (strays < MESSAGES) {
        this.known.set(deviceId, { ...known, strays, strayAt: statedAt });
        return undefined;
      }
    }
    if (isWithin(RIGHT_MS, ms)) this.known.delete(deviceId);
    else this.suspect(deviceId, statedAt, receivedAt);
    return known.toldAt === undefined ? undefined : 0;
  }

  /** The time that a device states, as it was by a clock that is right. */
  correct(deviceId: string, statedAt: number, receivedAt: number): number {
    const known = this.known.get(deviceId);
    if (known?.toldAt === undefined) return statedAt;
    const ms = statedAt - receivedAt;
    if (isWithin(RIGHT_MS, ms) || ms > known.offsetMs + STEADY_MS) return statedAt;
    // behind, of a clock that runs ahead: it was held back, or the clock was set right
    if (known.offsetMs > 0 && ms < 0) return statedAt;
    return statedAt - known.offsetMs;
  }

  private suspect(deviceId: string, statedAt: number, receivedAt: number): void {
    const offsetMs = statedAt - receivedAt;
    this.known.set(deviceId, { offsetMs, since: receivedAt, statedAt, agreeing: 1, strays: 0 });
  }

  private agree(deviceId: string, known: ClockOffset, statedAt: number, receivedAt: number): number | undefined {
    const { since, toldAt } = known;
    const ms = statedAt - receivedAt;
    const offsetMs = isWithin(WANDERED_MS, ms - known.offsetMs) ? known.offsetMs : ms;
    const agreeing = Math.min(known.agreeing + 1, MESSAGES);
    const lasted = receivedAt - since >= (offsetMs > 0 ? AHEAD_FOR_MS : BEHIND_FOR_MS);
    const isDue = toldAt === undefined ? agreeing >= MESSAGES && lasted : receivedAt - toldAt >= TELL_EVERY_MS;
    const told = isDue ? receivedAt : toldAt;
    const now = { offsetMs, since, statedAt, agreeing, strays: 0 };
    this.known.set(deviceId, told === undefined ? now : { ...now, toldAt: told });
    return isDue ? offsetMs : undefined;
  }
}
