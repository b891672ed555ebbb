import type { Blindness } from "./blindness.ts";
import { nextDeadline } from "./connection.ts";
import { Timers } from "./timers.ts";
import type { WatchedDevice } from "./watched-device.ts";

const NEVER = Number.POSITIVE_INFINITY;

/** When each device has to be looked at, though nothing is heard of it. */
export class Wakes {
  private readonly timers = new Timers();
  private readonly blindness: Blindness;

  constructor(blindness: Blindness) {
    this.blindness = blindness;
  }

  /** The moment of the next one. */
  get next(): number {
    return this.timers.next;
  }

  /** After a sign of life, which moves every deadline but later; rules may have got a nearer one by it. */
  schedule(watched: WatchedDevice, now: number): void {
    if (watched.wakeAt > now + watched.shortest) this.wake(watched, now);
    else this.scheduleRules(watched, now);
  }

  scheduleRules(watched: WatchedDevice, now: number): void {
    this.put(watched, Math.max(watched.rules.due ?? NEVER, now));
  }

  /** After what may have brought deadlines nearer. `asked`: its rules were asked at this very moment. */
  wake(watched: WatchedDevice, now: number, asked = false): void {
    let due = nextDeadline(watched, this.blindness)?.due ?? NEVER;
    for (const point of watched.isDown ? [] : watched.points.values()) {
      if (!point.stale) due = Math.min(due, point.staleAt(this.blindness));
    }
    // rules that ask for the same moment again would hold up time
    const ofRules = Math.max(watched.rules.due ?? NEVER, asked ? now + 1 : now);
    this.put(watched, Math.min(Math.max(due, now), ofRules));
  }

  /** Takes the next one; `undefined` when a sooner one has overtaken it, or the device is gone. */
  pop(deviceOf: (id: string) => WatchedDevice | undefined): WatchedDevice | undefined {
    const entry = this.timers.pop();
    const watched = entry && deviceOf(entry.id);
    if (entry === undefined || watched === undefined || entry.due !== watched.wakeAt) return undefined;
    watched.wakeAt = NEVER;
    return watched;
  }

  private put(watched: WatchedDevice, due: number): void {
    if (due >= watched.wakeAt) return;
    watched.wakeAt = due;
    this.timers.add(due, watched.device.id);
  }
}
