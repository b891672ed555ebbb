import type { LedgerEntry } from "@linli/model";
import { type Clock, createLogger } from "@linli/runtime";
import { createFakeClock, type FakeClock } from "@linli/runtime/testing";
import { openMemoryState, type StateStore } from "@linli/stores";
import { NotifyLoop } from "../alerts/loop.ts";
import { page } from "../alerts/page.ts";
import { FakeChannel } from "./fake-channel.ts";
import { Happenings, plantSite, T } from "./site.ts";

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;

/** notify over a store, with channels whose other side is the test, by a clock that stands still. */
export class NotifyBench {
  readonly clock: FakeClock = createFakeClock(T);
  readonly state: StateStore;
  readonly world: Happenings;
  readonly sms: FakeChannel;
  readonly call: FakeChannel;
  loop: NotifyLoop | undefined;

  private constructor(state: StateStore, sms: FakeChannel, call: FakeChannel) {
    this.state = state;
    this.sms = sms;
    this.call = call;
    this.world = new Happenings(state, () => this.clock.now());
  }

  static async open(given: { state?: StateStore; sms?: FakeChannel; call?: FakeChannel } = {}) {
    const { state = await openMemoryState() } = given;
    await plantSite(state);
    return new NotifyBench(state, given.sms ?? new FakeChannel("sms"), given.call ?? new FakeChannel("call"));
  }

  /** As a process starts: from what is committed. */
  async start(state: StateStore = this.state, clock: Clock = this.clock): Promise<void> {
    const channels = [this.sms.channel, this.call.channel, page];
    this.loop = await NotifyLoop.open({
      state,
      clock,
      log: createLogger("notify", "silent"),
      channels: new Map(channels.map((channel) => [channel.id, channel])),
      fetch: () => Promise.reject(new Error("nothing is fetched here")),
      timeZone: "Asia/Shanghai",
      publicUrl: "https://linli.example",
    });
  }

  /** As kill -9 does it: nothing is finished, and nothing that is under way reaches the store any more. */
  kill(): void {
    this.loop = undefined;
  }

  /** Lets time pass; where the process dies in it, another one goes on at once. */
  async passOver(ms: number, isCrash: (error: unknown) => boolean): Promise<void> {
    const until = this.clock.now() + ms;
    for (let deaths = 0; deaths < 10; deaths++) {
      try {
        if (this.loop === undefined) await this.start();
        return await this.pass(until - this.clock.now());
      } catch (error) {
        if (!isCrash(error)) throw error;
        this.kill();
      }
    }
  }

  /** Everything that can be done at this moment. */
  async settle(): Promise<void> {
    const { loop } = this;
    if (loop === undefined) throw new Error("not started");
    for (let turns = 0; turns < 1_000; turns++) {
      const more = await loop.turn();
      await new Promise((resolve) => setImmediate(resolve));
      if (!more && loop.underWay === 0) return;
      if (!more && turns > 50) return; // somebody hangs
    }
    throw new Error("it does not come to rest");
  }

  /** Lets time pass, with all that happens in it. */
  async pass(ms: number): Promise<void> {
    const until = this.clock.now() + ms;
    await this.settle();
    while (this.clock.now() < until) {
      const due = Math.min(this.loop?.due ?? until, this.clock.now() + (this.clock.next ?? ms), until);
      this.clock.advance(Math.max(1, due - this.clock.now()));
      await this.settle();
    }
  }

  /** So many alerts that have nothing in common: half a minute later each is a message of its own. */
  async storm(count: number): Promise<void> {
    for (let n = 1; n <= count; n++) await this.world.open(`storm.n${n}`, `lift-${n}`);
    await this.pass(30 * SECOND);
  }

  async ledger(): Promise<readonly LedgerEntry[]> {
    const { items } = await this.state.alerts.ledger({}, { limit: 1_000 });
    return items.toReversed();
  }

  /** Verdicts on one person, in order. */
  async why(personId: string): Promise<string[]> {
    const entries = await this.ledger();
    return entries
      .filter((entry) => entry.personId === personId)
      .map(({ verdict, occasion, reason }) => `${verdict} ${occasion} ${reason}`);
  }

  async close(): Promise<void> {
    await this.loop?.stop();
    await this.state.close();
  }
}
