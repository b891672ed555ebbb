import { formatTopic } from "@linli/model";
import type { Clock } from "@linli/runtime";
import type { LineConnection, Lines, Upward } from "../../virtual/line.ts";
import type { HandDevice } from "../file/scenario-file.ts";

type Lined = Pick<Lines, "connect">;

interface Played {
  readonly device: HandDevice;
  /** What it says of itself, again and again. */
  readonly values: Record<string, unknown>;
  silent: boolean;
}

/** One session with the hand-played devices that publish through it. */
class HandSession {
  readonly members: Played[] = [];
  private connection: LineConnection | undefined;
  private isOnline = false;
  private hasLeft = false;
  private readonly waiting: Upward[] = [];
  private readonly greeted = new Set<string>();
  private readonly lines: Lined;
  private readonly clock: Clock;
  private readonly owner: string;
  private readonly token: string | null;

  constructor(owner: string, token: string | null, { lines, clock }: { lines: Lined; clock: Clock }) {
    this.owner = owner;
    this.token = token;
    this.lines = lines;
    this.clock = clock;
  }

  open(): void {
    if (this.connection || this.hasLeft) return;
    const will = { topic: formatTopic({ type: "status", deviceId: this.owner }), payload: '{"state":"offline"}' };
    const mine = this.lines.connect(
      { deviceId: this.owner, token: this.token, will, subscriptions: [] },
      {
        online: () => {
          this.isOnline = true;
          for (const played of this.members) this.report(played);
          for (const message of this.waiting.splice(0)) mine.send(message, () => {});
        },
        closed: () => {
          if (this.connection !== mine) return;
          this.connection = undefined;
          if (!this.isOnline) return;
          this.isOnline = false;
          // the other side went away
          this.retry();
        },
        refused: () => {},
        message: () => {},
      },
    );
    this.connection = mine;
  }

  close(clean: boolean): void {
    const { connection } = this;
    this.connection = undefined;
    this.isOnline = false;
    void connection?.close(clean);
  }

  async leave(): Promise<void> {
    const { connection } = this;
    this.connection = undefined;
    this.isOnline = false;
    this.hasLeft = true;
    await connection?.close(true);
  }

  /** Everything it says of itself. */
  report({ device, values, silent }: Played): void {
    if (silent) return;
    const isToTell = Object.keys(values).length > 0 && (device.repeats || !this.greeted.has(device.id));
    this.greeted.add(device.id);
    if (isToTell) this.send(device.id, "telemetry", { ts: this.clock.now(), values });
    else this.send(device.id, "status", { state: "online" });
  }

  send(deviceId: string, type: "telemetry" | "event" | "status", body: unknown, retain = false): void {
    const payload = typeof body === "string" ? body : JSON.stringify(body);
    const message = { topic: formatTopic({ type, deviceId }), payload, retain };
    if (this.isOnline) this.connection?.send(message, () => {});
    // while it logs in it has something to say already
    else if (this.connection) this.waiting.push(message);
  }

  private retry(): void {
    this.clock.after(5_000, () => {
      this.open();
      this.clock.after(1_000, () => {
        if (!this.connection && !this.hasLeft) this.retry();
      });
    });
  }
}

/** The devices that the scenario itself speaks for. */
export class HandPlayed {
  private readonly played = new Map<string, { readonly played: Played; readonly session: HandSession }>();
  private readonly clocks: (() => void)[] = [];
  private readonly clock: Clock;

  constructor(
    devices: readonly HandDevice[],
    parts: { lines: Lined; clock: Clock; tokenOf: (id: string) => string | null },
  ) {
    this.clock = parts.clock;
    const sessions = new Map<string, HandSession>();
    for (const device of devices) {
      const owner = device.gatewayId ?? device.id;
      const session = sessions.get(owner) ?? new HandSession(owner, parts.tokenOf(owner), parts);
      sessions.set(owner, session);
      const played: Played = { device, values: { ...device.says }, silent: false };
      session.members.push(played);
      this.played.set(device.id, { played, session });
      this.clocks.push(parts.clock.every(device.every, () => session.report(played)));
    }
  }

  has(deviceId: string): boolean {
    return this.played.has(deviceId);
  }

  open(): void {
    for (const { session } of this.played.values()) session.open();
  }

  /** Everybody leaves, for good. */
  async close(): Promise<void> {
    for (const stop of this.clocks) stop();
    await Promise.all([...this.played.values()].map(({ session }) => session.leave()));
  }

  reading(deviceId: string, values: Readonly<Record<string, unknown>>, observed: number | undefined): void {
    const found = this.played.get(deviceId);
    if (found === undefined) return;
    // what was true then is not what it goes on saying
    if (observed === undefined) Object.assign(found.played.values, values);
    if (!found.played.silent) found.session.send(deviceId, "telemetry", { ts: observed ?? this.clock.now(), values });
  }

  event(
    deviceId: string,
    { type, data, observed }: { type: string; data: unknown; observed: number | undefined },
  ): void {
    const found = this.played.get(deviceId);
    if (found === undefined || found.played.silent) return;
    found.session.send(deviceId, "event", {
      ts: observed ?? this.clock.now(),
      type,
      ...(data !== undefined && { data }),
    });
  }

  send(deviceId: string, type: "telemetry" | "event" | "status", text: string, retain: boolean): void {
    this.played.get(deviceId)?.session.send(deviceId, type, text, retain);
  }

  /** Of a device behind a gateway: it falls silent, or speaks again. */
  line(deviceId: string, to: "lost" | "left" | "back"): void {
    const found = this.played.get(deviceId);
    if (found === undefined) return;
    const { played, session } = found;
    played.silent = to !== "back";
    if (played.device.gatewayId === null) {
      if (to === "back") session.open();
      else session.close(to === "left");
    } else if (to === "back") session.report(played);
  }
}
