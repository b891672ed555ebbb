import { type Engine, startEngine } from "@linli/broker/app";
import { interpretLimits, siteOf, WatchLoop } from "@linli/ingest/app";
import { closingTopic, DEVICE_KINDS, seconds } from "@linli/model";
import { NotifyLoop } from "@linli/notify/app";
import { createLogger, type Deps, type Logger, readSettings, type Settings } from "@linli/runtime";
import { createMemoryJournal, type MemoryJournal, openMemoryState, RegistryView, type StateStore } from "@linli/stores";
import type { Carried } from "./carried.ts";
import { recordingChannels } from "./channels.ts";
import { Lines } from "./line.ts";
import { PARTS, type Part } from "./parts.ts";
import { VirtualClock } from "./virtual-clock.ts";

/** Turns in a row that may each say that there is more; a second of virtual time never needs as many. */
const MOST_TURNS = 1_000;
/** Notify looks up when there is something for it, and so often in any case: its lease has to be kept. */
const LOOK_EVERY_MS = seconds(5);

/**
 * The platform's own processes, composed in this one: broker, watch and notify as they run in earnest, over stores in
 * memory and streams instead of sockets, by a clock that jumps. Only the operating system is left out.
 */
export class VirtualPlatform {
  readonly clock: VirtualClock;
  readonly state: StateStore;
  readonly lines: Lines;
  readonly settings: Settings;
  /** What the channels took, in order. */
  readonly carried: Carried[] = [];
  private readonly log: Logger;
  private readonly journal: MemoryJournal;
  private engine: Engine | undefined;
  private watch: WatchLoop | undefined;
  private notify: NotifyLoop | undefined;
  private isStirred = true;
  private lookedAt = 0;

  private constructor(start: number, state: StateStore, settings: Settings) {
    this.state = state;
    this.settings = settings;
    this.log = createLogger("scenario", "silent");
    this.journal = createMemoryJournal();
    this.lines = new Lines(() => this.engine?.broker.accept);
    this.clock = new VirtualClock(start, () => this.lines.isBusy || (this.engine?.broker.intake.pendingBytes ?? 0) > 0);
  }

  /** `environment`: settings by their names. */
  static async open(start: number, environment: Readonly<Record<string, string>>): Promise<VirtualPlatform> {
    const settings = readSettings({ LINLI_DATA_DIR: "/nonexistent", ...environment });
    return new VirtualPlatform(start, await openMemoryState(), settings);
  }

  get deps(): Deps {
    return { clock: this.clock, log: this.log };
  }

  async start(part: Part): Promise<void> {
    await this.clock.during(this.starting(part));
  }

  /** In order, as a stop of the process would. */
  async stop(part: Part): Promise<void> {
    await this.clock.during(this.stopping(part));
  }

  /** Somebody did something that notify learns from the stores. */
  stir(): void {
    this.isStirred = true;
  }

  /** Lets watch and notify do what there is to do at this moment. */
  async round(): Promise<void> {
    await this.clock.during(this.exhaust());
  }

  /** What the API does when somebody closes an alert: watch learns it from the journal. */
  async closed(alertId: string, personId: string, content: unknown): Promise<void> {
    await this.say(closingTopic(alertId), personId, content);
  }

  /** A person's word, as the API hands it to the broker. */
  async say(topic: string, personId: string, content: unknown): Promise<void> {
    const payloadBase64 = Buffer.from(JSON.stringify(content)).toString("base64");
    const messages = [{ principal: `person:${personId}`, topic, payloadBase64 }];
    const appended = this.engine?.calls.append?.({ messages });
    if (appended) await this.clock.during(Promise.resolve(appended));
  }

  async close(): Promise<void> {
    for (const part of PARTS) await this.stop(part);
    await this.state.close();
  }

  private async exhaust(): Promise<void> {
    const { clock, watch, notify } = this;
    if (watch) for (let turns = 0; turns < MOST_TURNS && (await watch.turn()); turns++);
    if (notify === undefined) return;
    const now = clock.now();
    if (!this.isStirred && (notify.due ?? Infinity) > now && now - this.lookedAt < LOOK_EVERY_MS) return;
    this.isStirred = false;
    this.lookedAt = now;
    for (let turns = 0; turns < MOST_TURNS; turns++) {
      const more = await notify.turn();
      await notify.delivered();
      if (!more) return;
    }
  }

  private async starting(part: Part): Promise<void> {
    const { settings, state, journal, deps } = this;
    if (part === "broker") this.engine ??= await startEngine({ settings, state, journal: journal.writer }, deps);
    if (part === "ingest") this.watch ??= await this.openWatch();
    if (part === "notify") this.notify ??= await this.openNotify();
    this.isStirred = true;
  }

  private async stopping(part: Part): Promise<void> {
    const { engine, watch, notify } = this;
    if (part === "broker") {
      await engine?.stop();
      this.engine = undefined;
    } else if (part === "ingest") {
      this.watch = undefined;
      watch?.stop();
      await watch?.run();
    } else {
      this.notify = undefined;
      await notify?.stop();
    }
  }

  private async openWatch(): Promise<WatchLoop> {
    const { settings, state, journal, clock } = this;
    const nothing = () => {};
    return WatchLoop.open({
      journal: journal.reader(),
      state,
      registry: await RegistryView.load(state),
      kinds: DEVICE_KINDS,
      limits: interpretLimits(settings),
      site: siteOf(settings),
      clock,
      changed: nothing,
      brokerStarted: nothing,
      quarantined: nothing,
      decided: () => this.stir(),
    });
  }

  private openNotify(): Promise<NotifyLoop> {
    const { settings, state, deps } = this;
    const now = () => this.clock.now();
    return NotifyLoop.open({
      ...deps,
      state,
      channels: recordingChannels(now, (message) => this.carried.push(message)),
      fetch: () => Promise.reject(new Error("nothing leaves a scenario")),
      timeZone: settings.LINLI_TIME_ZONE,
      publicUrl: settings.LINLI_PUBLIC_URL,
    });
  }
}
