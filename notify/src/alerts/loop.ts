import { type Decisions, Pipeline, type PipelineInput } from "@linli/alerting";
import type { Alert, NewLedgerEntry } from "@linli/model";
import type { Channel, ChannelDeps, Delivery } from "@linli/notifiers";
import {
  type ChannelAnswer,
  type Clock,
  type Fault,
  type Logger,
  patiently,
  sleep,
  type TestChannelCall,
} from "@linli/runtime";
import { Lease, type NotifyCheckpoint, type StateStore } from "@linli/stores";
import { Allowance } from "./allowance.ts";
import { Backlog } from "./backlog.ts";
import { ChannelDesk } from "./channel-desk.ts";
import { ChannelsHealth } from "./channel-health.ts";
import { Findings } from "./findings.ts";
import { type Progress, readNews } from "./follow.ts";
import { LiveWorld } from "./live-world.ts";
import type { NotifyMetrics } from "./notify-metrics.ts";
import { openAlerts } from "./open-alerts.ts";
import { Outbox } from "./outbox.ts";
import { Senders } from "./senders.ts";
import { sentBefore } from "./sent-before.ts";

/** While nothing happens there is one look after the other. */
const REST_MS = 100;
/** What is due and cannot begin, because all places of a channel are taken, is looked at again then. */
const CROWDED_MS = 1_000;

export interface NotifyDeps {
  readonly state: StateStore;
  readonly clock: Clock;
  /** What providers compare signatures with, if that is another; epoch ms. */
  readonly wallClock?: () => number;
  readonly log: Logger;
  /** By type, `page` among them. */
  readonly channels: ReadonlyMap<string, Channel>;
  /** What the channels need of the world. */
  readonly fetch: ChannelDeps["fetch"];
  /** Of the whole site; IANA name. */
  readonly timeZone: string;
  readonly publicUrl: string | undefined;
  readonly metrics?: NotifyMetrics;
  /** Told of the alerts that were opened, changed or ended, once that is committed. */
  readonly changed?: (inputs: readonly PipelineInput[]) => void;
}

/**
 * Who is told: follows what watch decided, what people did and what became of messages through the `Pipeline`, commits
 * what follows from it together with how far it came, and sends only what is committed.
 */
export class NotifyLoop {
  readonly world: LiveWorld;
  readonly findings = new Findings();
  readonly health = new ChannelsHealth();
  readonly senders: Senders;
  private readonly deps: NotifyDeps;
  private readonly lease: Lease;
  private readonly pipeline: Pipeline;
  private readonly outbox: Outbox;
  private readonly desk: ChannelDesk;
  private readonly backlog = new Backlog();
  private readonly stopping = new AbortController();
  private readonly troubles = new Map<string, Fault>();
  private nudge = new AbortController();
  private running: Promise<void> | undefined;
  private progress: Progress;
  private memory: string | undefined;
  /** Everything that had happened before the start is taken, and what is late was looked at. */
  private isAbreast = false;
  private moved = false;
  private nextInOutbox: number | undefined;

  private constructor(
    deps: NotifyDeps,
    opened: { lease: Lease; world: LiveWorld; pipeline: Pipeline; checkpoint: NotifyCheckpoint; allowance: Allowance },
  ) {
    const { state, clock, log, metrics } = deps;
    const { lease, world, pipeline, checkpoint, allowance } = opened;
    this.deps = deps;
    this.lease = lease;
    this.world = world;
    this.pipeline = pipeline;
    this.progress = checkpoint;
    this.memory = checkpoint.memory;
    this.senders = new Senders(deps.channels, { fetch: deps.fetch, now: deps.wallClock ?? (() => clock.now()) });
    this.outbox = new Outbox({
      notify: state.notify,
      epoch: lease.epoch,
      clock,
      log,
      world,
      senders: this.senders,
      health: this.health,
      allowance,
      metrics,
      patiently: (attempt) => this.patiently(attempt),
      moved: () => {
        this.moved = true;
        this.nudge.abort();
      },
    });
    const { senders, health, outbox } = this;
    this.desk = new ChannelDesk({ senders, health, outbox, notify: state.notify, world });
  }

  /** Takes the lease and loads all that is committed. Fails with `conflict` when another one is notify. */
  static async open(deps: NotifyDeps): Promise<NotifyLoop> {
    const { state, clock } = deps;
    const lease = await Lease.acquire(state.leases, clock, { role: "notify", owner: "notify" });
    const world = await LiveWorld.load(deps);
    const { checkpoint, cases } = await state.notify.load();
    const pipeline = Pipeline.restore(cases, checkpoint?.memory);
    const allowance = new Allowance(await sentBefore(state.alerts, clock.now()));
    const begun = checkpoint ?? { history: await state.history.end(), action: 0, delivery: 0, memory: "" };
    const loop = new NotifyLoop(deps, { lease, world, pipeline, checkpoint: begun, allowance });
    await loop.takeWorld();
    const open = await openAlerts(state.alerts);
    for (const alert of open) await world.prepare(alert);
    if (checkpoint === undefined) {
      loop.memory = undefined;
      loop.give(open.map((alert) => openedBefore(alert, clock.now())));
      await loop.commit(begun);
    }
    return loop;
  }

  /** Wall clock of the next moment at which there is something to do without anything happening. */
  get due(): number | undefined {
    const now = this.deps.clock.now();
    const queued = this.nextInOutbox === undefined ? undefined : Math.max(this.nextInOutbox, now);
    const moments = [this.pipeline.due, queued, this.outbox.doubtAt, this.findings.due];
    return Math.min(...moments.filter((moment) => moment !== undefined));
  }

  /** How many messages are being sent at this moment. */
  get underWay(): number {
    return this.outbox.underWay;
  }

  get faults(): Fault[] {
    return [...this.troubles.values(), ...this.health.faults(), ...this.findings.faults()];
  }

  /** How telling people goes, for the status; of messages on their way as of at most a second ago. */
  get telling() {
    const { queued } = this.backlog;
    const oldestMs = this.backlog.ageAt(this.deps.clock.now());
    const deadChannels = this.health.faults().map(({ subject }) => subject);
    return { queued, oldestMs, deadChannels, findings: this.findings.all.length };
  }

  /** How each channel that is set up is doing. */
  channels(): Promise<ChannelAnswer[]> {
    return this.desk.list();
  }

  testChannel(call: TestChannelCall): Promise<Delivery> {
    return this.desk.test(call, this.deps.clock.now());
  }

  /** Who would be told of it, and why others would not. */
  whatIf(question: Parameters<Pipeline["whatIf"]>[0]): NewLedgerEntry[] {
    return this.pipeline.whatIf(question, this.world, this.deps.clock.now());
  }

  /**
   * One bounded round: takes what is new, decides what is due, commits, begins to send. True when there may be more to do
   * at once. After a start nothing is sent before everything that happened is taken.
   */
  async turn(): Promise<boolean> {
    const { clock, state } = this.deps;
    this.moved = false;
    await this.patiently(() => this.lease.renewWhenDue());
    const refreshed = await this.patiently(() => this.world.refresh());
    if (refreshed?.arranged || clock.now() >= this.findings.due) await this.takeWorld();
    const news = await this.patiently(() => readNews(state, this.progress));
    if (news === undefined) return false;
    await this.prepare(news.inputs);
    this.give(news.inputs);
    const isLate = (this.pipeline.due ?? Infinity) <= clock.now();
    if (!news.more && (isLate || !this.isAbreast)) this.pipeline.take({ type: "time" }, this.world, clock.now());
    if (!(await this.commit(news.progress))) return false;
    if (news.inputs.length > 0) this.deps.changed?.(news.inputs);
    if (news.more) return true;
    this.isAbreast = true;
    const sent = await this.outbox.turn();
    this.nextInOutbox = await this.lookAhead();
    await this.patiently(() => this.backlog.count(state.notify, clock));
    return sent || this.moved || news.inputs.length > 0;
  }

  /** Resolves when no message is being sent. */
  delivered(): Promise<void> {
    return this.outbox.idle();
  }

  /** Turns until `stop`. Rejects for a failure that waiting does not cure. */
  run(): Promise<void> {
    this.running ??= this.turnOn();
    return this.running;
  }

  /** Ends `run` after the turn in hand; messages whose answers do not come are sent again after the next start. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running?.catch(() => {});
    await this.outbox.stop();
    await this.senders.close();
    await this.lease.release();
  }

  private async turnOn(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      this.nudge = new AbortController();
      if (await this.turn()) continue;
      await sleep(this.deps.clock, REST_MS, AbortSignal.any([signal, this.nudge.signal]));
    }
  }

  private give(inputs: readonly PipelineInput[]): void {
    const { clock, metrics } = this.deps;
    const now = clock.now();
    for (const input of inputs) {
      this.pipeline.catchUp(input, this.world, now);
      metrics?.taken(input.type);
      if (input.type !== "alert") continue;
      metrics?.decided(now - input.at);
      if (!input.effect.alert.active) this.findings.over(input.effect.alert.id);
    }
  }

  private async prepare(inputs: readonly PipelineInput[]): Promise<void> {
    for (const input of inputs) {
      if (input.type === "alert") await this.patiently(() => this.world.prepare(input.effect.alert));
    }
  }

  /** In one transaction: what was decided and how far that came. False when told to stop before it was done. */
  private async commit(progress: Progress): Promise<boolean> {
    const { clock, state } = this.deps;
    const { findings, ...decisions } = this.pipeline.takeDecisions();
    this.findings.meet(findings, clock.now());
    const ledger = [...decisions.ledger, ...this.outbox.takeNotes()];
    const before = this.progress;
    this.progress = progress;
    if (this.memory === decisions.memory && isSame(before, progress) && isNothing({ ...decisions, ledger }))
      return true;
    const now = clock.now();
    const { history, action, delivery } = progress;
    const checkpoint = { history, action, delivery, memory: decisions.memory };
    const commit = { ...decisions, ledger, at: now, checkpoint };
    const done = await this.patiently(async () => {
      await state.notify.commit(commit, this.lease.epoch);
      return true;
    });
    this.memory = decisions.memory;
    return done === true;
  }

  private async lookAhead(): Promise<number | undefined> {
    const { clock, state } = this.deps;
    const next = await this.patiently(() => state.notify.nextDue());
    // what could begin has begun: the rest waits for an answer or a place
    return next === undefined || next > clock.now() ? next : clock.now() + CROWDED_MS;
  }

  private async takeWorld(): Promise<void> {
    this.findings.examine(this.world, this.deps.clock.now());
    for (const id of await this.senders.take(this.world.arrangements.channel)) this.health.forget(id);
  }

  private patiently<T>(attempt: () => Promise<T>): Promise<T | undefined> {
    const { clock } = this.deps;
    const { signal } = this.stopping;
    const watching = { faults: this.troubles, code: "state.unavailable", subject: "notify" };
    return patiently(attempt, { clock, signal, ...watching });
  }
}

/** For the first start over what is there already: an open alert counts as opened now. */
function openedBefore(alert: Alert, at: number): PipelineInput {
  return { type: "alert", effect: { change: "opened", alert, reason: "open at the start" }, at };
}

function isSame(a: Progress, b: Progress): boolean {
  const { history, action, delivery } = a;
  const sameHistory = history.event === b.history.event && history.transition === b.history.transition;
  return sameHistory && action === b.action && delivery === b.delivery;
}

function isNothing({ cases, cares, incidents, ledger, outbox, withdrawn }: Omit<Decisions, "memory" | "findings">) {
  return [cases, cares, incidents, ledger, outbox, withdrawn].every(({ length }) => length === 0);
}
