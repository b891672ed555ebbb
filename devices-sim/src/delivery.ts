import type { Outgoing } from "./agent.ts";
import type { Habits } from "./habits.ts";
import type { Session } from "./link/session.ts";
import type { Scheduler } from "./scheduler.ts";

/** A time in which nothing of a device comes through. */
export interface Silence {
  readonly from: number;
  readonly until: number;
  /** `cut` = the line is down, what was said is told later; `mute` = it is lost. */
  readonly how: "cut" | "mute";
}

/** The way of a device's messages into its session: silences, gaps, late and double departures. */
export interface Delivery {
  send(messages: readonly Outgoing[]): void;
  /** Without habits: the first words after a connect. */
  greet(messages: readonly Outgoing[]): void;
}

export interface DeliveryOptions {
  readonly session: Pick<Session, "send" | "backfill">;
  readonly habits: Habits;
  readonly silences: readonly Silence[];
  readonly scheduler: Scheduler;
  readonly now: () => number;
}

/** Messages held back in one gap; the oldest of more are dropped, as a small device does. */
const MAX_HELD = 200;

export function createDelivery(options: DeliveryOptions): Delivery {
  const { session, habits, silences, scheduler, now } = options;
  let held: Outgoing[] = [];

  const isMute = (at: number) => silences.some(({ from, until, how }) => how === "mute" && from <= at && at < until);

  function release(): void {
    const messages = held;
    held = [];
    session.backfill(messages);
  }

  function hold(message: Outgoing, until: number): void {
    if (held.length === 0) scheduler.at(until, release);
    if (held.length >= MAX_HELD) held.shift();
    held.push(message);
  }

  function depart(message: Outgoing): void {
    for (const delay of habits.departures(message)) {
      if (delay === 0) session.send(message);
      else scheduler.at(now() + delay, () => session.send(message));
    }
  }

  return {
    send(messages) {
      for (const message of messages) {
        if (isMute(message.at)) continue;
        const until = habits.gap(message.at);
        if (until === undefined) depart(message);
        else hold(message, until);
      }
    },
    greet(messages) {
      for (const message of messages) if (!isMute(message.at)) session.send(message);
    },
  };
}
