import { formatTopic } from "@linli/model";
import type { Outgoing } from "../agent.ts";
import type { Scheduler } from "../scheduler.ts";
import type { Noise } from "../world/noise.ts";
import { backfill, encode } from "./encode.ts";
import type { Connection, Transport } from "./transport.ts";

interface SessionCounts {
  /** Acknowledged by the broker. */
  acknowledged: number;
  /** Told to the outbox while it was full: the oldest went. */
  dropped: number;
  /** Connections after the first. */
  reconnects: number;
}

export interface Session {
  readonly deviceId: string;
  readonly state: "closed" | "connecting" | "online" | "refused";
  readonly counts: Readonly<SessionCounts>;
  /** Messages that the broker has not acknowledged yet. */
  readonly pending: number;
  open(): void;
  send(message: Outgoing): void;
  /** Tells what was held back: telemetry as the arrays that mean the past. */
  backfill(messages: readonly Outgoing[]): void;
  /** An answer to a command. */
  answer(topic: string, body: unknown): void;
  /** The line breaks without a goodbye and comes back at `until`. */
  cut(until: number): void;
  stop(): Promise<void>;
}

export interface SessionOptions {
  readonly deviceId: string;
  readonly token: string | null;
  /** Beside the device's usual session, which goes on; orders stay with that one. */
  readonly beside?: { readonly clientId: string };
  /** The devices it publishes for: itself and, for a gateway, its children. */
  readonly devices: readonly string[];
  readonly transport: Transport;
  readonly scheduler: Scheduler;
  readonly now: () => number;
  readonly noise: Noise;
  /** Shapes a body before it leaves: clock error, numbers as text. */
  readonly shape?: (message: Outgoing) => Record<string, unknown>;
  onOnline(): void;
  onMessage(topic: string, payload: Uint8Array): void;
  onRefused(reason: string): void;
  /** Something was acknowledged. */
  onAcknowledged?(): void;
}

const MAX_IN_FLIGHT = 16;
/** Messages kept for one device while the line is down: about half a day of its telemetry. */
const OUTBOX_PER_DEVICE = 300;
const RETRY_FIRST = 1_000;
const RETRY_MOST = 30_000;
/** A refused login is a matter for a person: asked again rarely. */
const RETRY_REFUSED = 300_000;

type Item = { readonly topic: string; readonly payload: string } | Outgoing;

/** The filter of the orders to a device. */
const ordersOf = (deviceId: string) => `${formatTopic({ type: "command", deviceId, commandId: "x" }).slice(0, -1)}+`;

/** One MQTT session: a bounded outbox, few messages in flight, reconnects with jitter, back-fill after a gap. */
export function createSession(options: SessionOptions): Session {
  const { deviceId, scheduler, noise } = options;
  const counts: SessionCounts = { acknowledged: 0, dropped: 0, reconnects: 0 };
  const limit = OUTBOX_PER_DEVICE * options.devices.length;
  let outbox: Item[] = [];
  const inFlight = new Set<Item>();
  let connection: Connection | undefined;
  let state: Session["state"] = "closed";
  let attempt = 0;
  let opened = 0;
  let downUntil = 0;
  let isStopped = false;

  const statusTopic = formatTopic({ type: "status", deviceId });

  function put(item: Item): void {
    if (outbox.length >= limit) {
      outbox.shift();
      counts.dropped++;
    }
    outbox.push(item);
    pump();
  }

  function pump(): void {
    while (state === "online" && connection && inFlight.size < MAX_IN_FLIGHT) {
      const item = outbox.shift();
      if (!item) return;
      const through = connection;
      inFlight.add(item);
      const { topic, payload } = "topic" in item ? item : encode(item, options.shape);
      through.publish(topic, payload, (ok) => {
        if (connection !== through || !inFlight.delete(item)) return;
        if (ok) counts.acknowledged++;
        else outbox.unshift(item);
        if (!ok) return;
        pump();
        options.onAcknowledged?.();
      });
    }
  }

  function retry(): void {
    if (isStopped) return;
    const backOff = state === "refused" ? RETRY_REFUSED : Math.min(RETRY_MOST, RETRY_FIRST * 2 ** Math.min(attempt, 6));
    // full jitter: a fleet that lost its broker does not come back in one second
    const wait =
      backOff * (0.5 + noise.unit(attempt, 21)) + (attempt === 0 ? 2_000 * noise.unit(counts.reconnects, 22) : 0);
    attempt++;
    scheduler.at(Math.max(downUntil, options.now() + wait), open);
  }

  function lost(): void {
    connection = undefined;
    if (state !== "refused") state = "closed";
    // what was not acknowledged goes again, before the rest: at least once
    outbox = [...inFlight, ...outbox];
    inFlight.clear();
    retry();
  }

  function open(): void {
    if (isStopped || connection || options.now() < downUntil) return;
    state = "connecting";
    const mine = options.transport(
      {
        deviceId,
        token: options.token,
        will: { topic: statusTopic, payload: JSON.stringify({ state: "offline" }) },
        ...options.beside,
        subscriptions: options.beside ? [] : options.devices.map(ordersOf),
      },
      {
        online() {
          state = "online";
          attempt = 0;
          if (opened++ > 0) counts.reconnects++;
          const waiting = outbox;
          outbox = backfill(waiting, options.shape);
          options.onOnline();
          pump();
        },
        closed() {
          if (connection === mine) lost();
        },
        refused(reason) {
          state = "refused";
          options.onRefused(reason);
        },
        message: (topic, payload) => options.onMessage(topic, payload),
      },
    );
    connection = mine;
  }

  return {
    deviceId,
    get state() {
      return state;
    },
    counts,
    get pending() {
      return outbox.length + inFlight.size;
    },
    open,
    send: put,
    backfill: (messages) => backfill(messages, options.shape).forEach(put),
    answer: (topic, body) => put({ topic, payload: JSON.stringify(body) }),
    cut(until) {
      downUntil = Math.max(downUntil, until);
      // closing tells `closed`, and that schedules the return
      connection?.close(false).catch(() => {});
    },
    async stop() {
      isStopped = true;
      state = "closed";
      await connection?.close(true);
    },
  };
}
