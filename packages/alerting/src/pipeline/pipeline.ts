import { type AlertAction, assertNever, type Connection, days, type NewLedgerEntry } from "@linli/model";
import type { World } from "../duty/world.ts";
import { nextDigest } from "../stages/quiet.ts";
import type { AlertEffect } from "../step.ts";
import { Cases } from "./cases.ts";
import { noteSilence, noteVoice } from "./causes.ts";
import type { Decisions } from "./decisions.ts";
import { digest, lookAtDuties } from "./duties.ts";
import { lookAtIncident } from "./incidents.ts";
import { look } from "./look.ts";
import { lookAtMuting } from "./look-at-muting.ts";
import { Outcome, Round } from "./round.ts";
import { takeAction } from "./take-action.ts";
import { takeEffect } from "./take-effect.ts";
import { type SettledMessage, takeSettled } from "./take-settled.ts";
import { dispatch } from "./tell.ts";
import { tidy } from "./tidy.ts";
import { imagined, type WhatIf } from "./what-if.ts";

/** What moves the pipeline. `at` is journal time; the wall clock is beside it. */
export type PipelineInput =
  | { readonly type: "alert"; readonly effect: AlertEffect; readonly at: number }
  | {
      readonly type: "connection";
      readonly deviceId: string;
      readonly from: Connection;
      readonly to: Connection;
      readonly at: number;
    }
  | { readonly type: "action"; readonly action: AlertAction }
  | { readonly type: "settled"; readonly settled: SettledMessage }
  /** The moment that was asked for has come, or somebody looks for the first time after a start. */
  | { readonly type: "time" };

/** A question about the future looks no further. */
const HORIZON = days(1);
const MOST_ROUNDS = 50;
const FAR = Number.MAX_SAFE_INTEGER;

/** What it remembers beside the cases. Wall clock. */
interface Memory {
  digestAt: number | null;
  dutyAt: number | null;
}

/**
 * Who is told of what, and why not: the stages of ALERTS §3 over the state of every open alert. Pure but for what it
 * remembers: the same inputs at the same times give the same decisions, and a restart at any step changes nothing.
 */
export class Pipeline {
  private readonly cases = new Cases();
  private readonly out = new Outcome();
  private readonly memory: Memory;

  private constructor(memory: Memory) {
    this.memory = memory;
  }

  /** As it was saved; nothing for the first time. */
  static restore(saved: Iterable<readonly [string, string]>, memory: string | undefined): Pipeline {
    const remembered = memory === undefined ? { digestAt: null, dutyAt: null } : (JSON.parse(memory) as Memory);
    const pipeline = new Pipeline(remembered);
    pipeline.cases.restore(saved);
    return pipeline;
  }

  /** The wall clock's time at which it wants to be given `time`. */
  get due(): number | undefined {
    const moments = [this.cases.schedule.next, this.memory.digestAt, this.memory.dutyAt];
    const known = moments.filter((moment) => moment !== undefined && moment !== null);
    return known.length === 0 ? undefined : Math.min(...known);
  }

  /** `now`: wall clock, epoch ms. Whatever is due by then is done first. */
  take(input: PipelineInput, world: World, now: number): void {
    const round = new Round(this.cases, this.out, world, now);
    this.takeInput(input, round);
    this.takeDue(round);
    dispatch(round);
  }

  /** As `take`, but what is only due stays so: all that happened while nobody looked comes before any step that is late. */
  catchUp(input: PipelineInput, world: World, now: number): void {
    const round = new Round(this.cases, this.out, world, now);
    this.takeInput(input, round);
    dispatch(round);
  }

  /** All that came of what was taken since the last time. */
  takeDecisions(): Decisions {
    return this.out.take(this.cases.takeChanges(), JSON.stringify(this.memory));
  }

  /** Who would be told if it happened now and nobody answered, and why others would not: by the same code, on a copy. */
  whatIf(question: WhatIf, world: World, now: number): NewLedgerEntry[] {
    const copy = Pipeline.restore(this.cases.saved(), JSON.stringify({ digestAt: FAR, dutyAt: FAR } satisfies Memory));
    const alert = imagined(question, world, now);
    const ledger: NewLedgerEntry[] = [];
    let moment = now;
    let input: PipelineInput = { type: "alert", effect: { change: "opened", alert, reason: "what if" }, at: now };
    for (let rounds = 0; rounds < MOST_ROUNDS; rounds++) {
      copy.take(input, world, moment);
      copy.cases.schedule.keepOnly(`a:${alert.id}`);
      const decisions = copy.takeDecisions();
      const told = decisions.outbox.filter(({ alertId }) => alertId === alert.id);
      ledger.push(...decisions.ledger.filter(({ alertId, verdict }) => alertId === alert.id && verdict !== "told"));
      for (const { key, alertId, personId, channelId } of told) {
        const settled = { key, alertId, personId, channelId, told: true, detail: "", at: moment };
        copy.take({ type: "settled", settled }, world, moment);
      }
      copy.takeDecisions();
      const { due } = copy;
      const { chain } = copy.cases.alerts.get(alert.id) ?? {};
      if (due === undefined || due > now + HORIZON || (chain?.reminders ?? 0) > 0) break;
      moment = Math.max(moment, due);
      input = { type: "time" };
    }
    return ledger.filter(({ occasion }) => occasion !== "reminder");
  }

  private takeInput(input: PipelineInput, round: Round): void {
    switch (input.type) {
      case "alert":
        return takeEffect(input.effect, input.at, round);
      case "connection":
        if (input.to === "offline") noteSilence(input.deviceId, input.at, round);
        else if (input.from === "offline") noteVoice(input.deviceId, round);
        return;
      case "action":
        return takeAction(input.action, round);
      case "settled":
        return takeSettled(input.settled, round);
      case "time":
        return;
      default:
        assertNever(input);
    }
  }

  private takeDue(round: Round): void {
    const { memory, cases } = this;
    const { now, world } = round;
    for (let key = cases.schedule.takeDue(now); key !== undefined; key = cases.schedule.takeDue(now)) {
      this.lookAt(key.slice(0, 1), key.slice(2), round);
    }
    if (memory.dutyAt === null || now >= memory.dutyAt) {
      memory.dutyAt = lookAtDuties(round);
    }
    if (memory.digestAt === null || now >= memory.digestAt) {
      if (memory.digestAt !== null) {
        digest(round);
        tidy(round);
      }
      memory.digestAt = nextDigest(now, world.timeZone);
    }
  }

  private lookAt(table: string, name: string, round: Round): void {
    const { cases } = this;
    if (table === "a") {
      const one = cases.alerts.get(name);
      if (one !== undefined) look(one, round);
    } else if (table === "i") lookAtIncident(name, round);
    else if (table === "s") lookAtMuting(name, round);
    else if (table === "f") cases.flaps.drop(name);
  }
}
