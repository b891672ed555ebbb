import type { World } from "@linli/alerting";
import type { NewLedgerEntry } from "@linli/model";
import { type Delivery, isUrgent } from "@linli/notifiers";
import type { Clock, Logger } from "@linli/runtime";
import type { NotifyStore, QueuedMessage } from "@linli/stores";
import type { Allowance } from "./allowance.ts";
import type { ChannelsHealth } from "./channel-health.ts";
import { ChannelPlaces } from "./channel-places.ts";
import { heldError, type Letter, sortDue } from "./letters.ts";
import type { NotifyMetrics } from "./notify-metrics.ts";
import { doubtAfter, givenUpAfter, pauseAfter } from "./patience.ts";
import type { Senders } from "./senders.ts";

const ANSWER_WITHIN_MS = 30_000;
/** Of each channel in one round. */
const AT_ONCE = 64;
const MOST_ABOUT = 500;

export interface OutboxDeps {
  readonly notify: NotifyStore;
  readonly epoch: number;
  readonly clock: Clock;
  readonly log: Logger;
  readonly world: World;
  readonly senders: Senders;
  readonly health: ChannelsHealth;
  readonly allowance: Allowance;
  readonly metrics: NotifyMetrics | undefined;
  /** Tries a write again for as long as the store is away; undefined when told to stop first. */
  readonly patiently: <T>(attempt: () => Promise<T>) => Promise<T | undefined>;
  /** Called after a message was settled or put off. */
  readonly moved: () => void;
}

/** A letter whose answer was lost. */
interface Doubt {
  readonly letter: Letter;
  readonly times: number;
  readonly at: number;
}

/**
 * Sends what is committed, each message under its own key until it is settled. Channels do not wait for each other, nor
 * addresses; messages about one thing to one address keep their order. A crash at any moment sends again what was not
 * settled, never anything else.
 */
export class Outbox {
  private readonly deps: OutboxDeps;
  /** Keys of messages that are being sent, or whose answer was lost. */
  private readonly taken = new Set<string>();
  private readonly doubts = new Map<string, Doubt>();
  private readonly places = new ChannelPlaces();
  private readonly running = new Set<Promise<void>>();
  private readonly stopping = new AbortController();
  private notes: NewLedgerEntry[] = [];
  private failure: unknown;

  constructor(deps: OutboxDeps) {
    this.deps = deps;
  }

  /** How many are being sent at this moment. */
  get underWay(): number {
    return this.running.size;
  }

  /** When a letter whose answer was lost is sent again. */
  get doubtAt(): number | undefined {
    const moments = [...this.doubts.values()].map(({ at }) => at);
    return moments.length === 0 ? undefined : Math.min(...moments);
  }

  /** What the ledger has to say beside what became of each message. */
  takeNotes(): NewLedgerEntry[] {
    const { notes } = this;
    this.notes = [];
    return notes;
  }

  /** Begins to send what is due. True when it did something. Fails when a result could not be written down. */
  async turn(): Promise<boolean> {
    if (this.failure !== undefined) throw this.failure;
    const { notify, epoch, clock, patiently } = this.deps;
    const now = clock.now();
    const again = this.takeDoubts(now);
    for (const doubt of again) this.start(doubt.letter, doubt.times);
    // as it stood when the store was asked: what is settled meanwhile may still be in the answer
    const taken = new Set(this.taken);
    const due = await patiently(() => notify.due(now, AT_ONCE));
    const waiting = (due ?? []).filter(({ key }) => !taken.has(key));
    if (waiting.length === 0) return again.length > 0;
    const { letters, held, refused } = sortDue(waiting, { ...this.deps, now, takePlace: this.places.take });
    const keys = letters.flatMap(({ members }) => members.map(({ key }) => key));
    // written down first: from here on they are not taken back
    const marked = keys.length === 0 || (await patiently(async () => (await notify.sending(keys, epoch), true)));
    if (marked !== true) return false;
    for (const letter of letters) this.start(letter, 0);
    for (const { members, until } of held) await this.hold(members, until, now);
    for (const { queued, reason } of refused) await this.settle([queued], false, reason);
    return letters.length + held.length + refused.length + again.length > 0;
  }

  /** Resolves when nothing is being sent. */
  async idle(): Promise<void> {
    while (this.running.size > 0) await Promise.all(this.running);
  }

  /** Stops waiting for answers; what was not settled is sent again after the next start. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.idle();
  }

  private takeDoubts(now: number): Doubt[] {
    const due = [...this.doubts.values()].filter(
      ({ at, letter }) => at <= now && this.places.take(letter.line.channelId, isUrgent(letter.message)),
    );
    for (const { letter } of due) this.doubts.delete(letter.message.key);
    return due;
  }

  private start(letter: Letter, doubts: number): void {
    for (const { key } of letter.members) this.taken.add(key);
    const run = this.deliver(letter, doubts)
      .catch((error: unknown) => {
        this.failure ??= error;
      })
      .finally(() => {
        this.running.delete(run);
        this.places.leave(letter.line.channelId);
        if (!this.doubts.has(letter.message.key)) for (const { key } of letter.members) this.taken.delete(key);
        this.deps.moved();
      });
    this.running.add(run);
  }

  private async deliver(letter: Letter, doubts: number): Promise<void> {
    const { clock, metrics } = this.deps;
    const { line, message, members } = letter;
    if (doubts === 0) metrics?.handed(clock.now() - members[0].queuedAt, members[0].attempts);
    const delivery = await this.send(letter);
    if (this.stopping.signal.aborted && delivery.outcome === "unknown") return;
    this.note(line.channelId, delivery);
    const now = clock.now();
    switch (delivery.outcome) {
      case "accepted":
        return this.settle(members, true, toldIn(letter, delivery.reference ?? ""));
      case "refused":
        return this.settle(members, false, delivery.reason);
      case "unknown":
        return this.doubt(letter, doubts + 1, delivery.reason);
      case "retry":
        if (doubts > 0) return this.doubt(letter, doubts + 1, delivery.reason);
        if (now - members[0].queuedAt >= givenUpAfter(message)) {
          return this.settle(members, false, `given up: ${delivery.reason}`);
        }
        return this.postpone(letter, delivery, now);
    }
  }

  /** It may have been taken: it counts as told, and is sent again a few times, with its key, in case it was not. */
  private async doubt(letter: Letter, times: number, reason: string): Promise<void> {
    const pause = doubtAfter(times);
    if (pause === undefined) return this.settle(letter.members, true, toldIn(letter, `not sure: ${reason}`));
    this.doubts.set(letter.message.key, { letter, times, at: this.deps.clock.now() + pause });
  }

  /** Sends it now, past everything that waits, and tells what became of it; it is in no ledger. */
  async test(letter: Pick<Letter, "open" | "message" | "address">, channelId: string): Promise<Delivery> {
    const delivery = await this.send(letter);
    this.note(channelId, delivery);
    return delivery;
  }

  private note(channelId: string, delivery: Delivery): void {
    const { clock, metrics, health } = this.deps;
    metrics?.delivered(channelId, delivery.outcome);
    if (delivery.outcome === "accepted") health.worked(channelId, clock.now());
    else health.failed(channelId, delivery.reason, clock.now());
  }

  private async send({ open, message, address }: Pick<Letter, "open" | "message" | "address">): Promise<Delivery> {
    const { clock, log } = this.deps;
    const stop = new AbortController();
    const signal = AbortSignal.any([stop.signal, this.stopping.signal]);
    const cancel = clock.after(ANSWER_WITHIN_MS, () => stop.abort());
    try {
      return await Promise.race([open.sender.send(message, address, signal), givenUp(signal)]);
    } catch (error) {
      log.error({ err: error, channel: open.channel.id }, "a channel failed in itself");
      return { outcome: "retry", reason: "the channel failed in itself; the log says how" };
    } finally {
      cancel();
    }
  }

  private async settle(members: readonly QueuedMessage[], told: boolean, about: string): Promise<void> {
    const { notify, epoch, clock, patiently } = this.deps;
    const detail = about.slice(0, MOST_ABOUT);
    for (const { key } of members) {
      await patiently(() => notify.settle(key, { told, detail, at: clock.now() }, epoch));
    }
  }

  private async postpone({ members, message }: Letter, { reason, retryAfterMs }: Retry, now: number): Promise<void> {
    const { notify, epoch, patiently } = this.deps;
    const error = members.length > 1 ? heldError(reason) : reason;
    for (const { key, attempts } of members) {
      const dueAt = now + pauseAfter(attempts + 1, message, retryAfterMs);
      await patiently(() => notify.postpone(key, dueAt, error.slice(0, MOST_ABOUT), epoch));
    }
  }

  private async hold(members: readonly [QueuedMessage, ...QueuedMessage[]], until: number, now: number): Promise<void> {
    const { notify, epoch, patiently } = this.deps;
    this.places.leave(members[0].channelId);
    for (const queued of members) {
      // said again of the same message, it stands in the ledger once
      for (const { id } of queued.message.alerts) this.notes.push(noteOf(queued, id, until, now));
      await patiently(() => notify.postpone(queued.key, until, heldError("waits for its turn"), epoch));
    }
  }
}

type Retry = Extract<Delivery, { outcome: "retry" }>;

function toldIn({ members, message }: Letter, about: string): string {
  return members.length > 1 ? `in ${message.key}, ${members.length} in one${about === "" ? "" : `: ${about}`}` : about;
}

function noteOf({ message, ...queued }: QueuedMessage, alertId: string, until: number, at: number): NewLedgerEntry {
  return {
    at,
    alertId,
    incidentId: null,
    occasion: message.occasion,
    personId: queued.personId,
    channelId: queued.channelId,
    verdict: "withheld",
    reason: "rate-limit",
    about: `until ${new Date(until).toISOString()}`,
    messageKey: queued.key,
  };
}

function givenUp(signal: AbortSignal): Promise<Delivery> {
  return new Promise((resolve) => {
    const stop = () => resolve({ outcome: "unknown", reason: "no answer in time" });
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop, { once: true });
  });
}
