import type { Outgoing } from "../agent.ts";
import { BACKFILL_READINGS } from "../link/encode.ts";
import type { Session } from "../link/session.ts";

/** What was told, whether acknowledged yet or not. */
export interface Told {
  readings: number;
  /** A repeat counts again. */
  values: number;
  events: number;
}

/** Collects a device's telemetry into the arrays that mean the past; everything else goes on at once. */
export interface Book extends Pick<Session, "send" | "backfill"> {
  /** Tells what is left. */
  flush(): void;
}

export function createBook(session: Pick<Session, "send" | "backfill">, told: Told): Book {
  let page: Outgoing[] = [];

  function flush(): void {
    const messages = page;
    page = [];
    if (messages.length > 0) session.backfill(messages);
  }

  function send(message: Outgoing): void {
    if (message.channel === "event") told.events++;
    if (message.channel !== "telemetry") return session.send(message);
    told.readings++;
    told.values += Object.keys(message.body.values ?? {}).length;
    page.push(message);
    if (page.length >= BACKFILL_READINGS) flush();
  }

  return { send, backfill: (messages) => messages.forEach(send), flush };
}
