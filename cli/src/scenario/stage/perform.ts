import {
  type AlertDeed,
  ARRANGEMENT_SCHEMAS,
  type Arrangement,
  alertDeedSchema,
  assertNever,
  drillTopic,
  isLinliError,
  LinliError,
  problemsOf,
  type Rule,
  ruleSchema,
  type Silence,
} from "@linli/model";
import type { Clock } from "@linli/runtime";
import type { Author } from "@linli/stores";
import type { z } from "zod";
import type { VirtualPlatform } from "../../virtual/platform.ts";
import type { StepOf } from "../file/steps.ts";
import type { StagedFleet } from "./fleet.ts";
import type { HandPlayed } from "./hand.ts";
import { type Moment, poweredAt } from "./time-line.ts";

/** Where the steps of a scenario are played. */
export interface Scene {
  readonly start: number;
  readonly platform: Pick<VirtualPlatform, "state" | "start" | "stop" | "closed" | "say"> & { readonly clock: Clock };
  readonly fleet: Pick<StagedFleet, "ids">;
  readonly hand: HandPlayed;
}

const SERIES = /^(-?\d+(?:\.\d+)?)\.\.(-?\d+(?:\.\d+)?)$/;

/** A value of a series at its place: `2..9` grows evenly. */
function valueAt(value: unknown, share: number): unknown {
  const match = typeof value === "string" ? SERIES.exec(value) : null;
  if (match === null) return value;
  const [from, to] = [Number(match[1]), Number(match[2])];
  return from + (to - from) * share;
}

/** Plays one step. Fails with the code that the platform itself would refuse it with. */
export async function perform(moment: Moment, scene: Scene): Promise<void> {
  const { step, share, since } = moment;
  const { platform, fleet, hand, start } = scene;
  const now = platform.clock.now();
  switch (step.type) {
    case "fault":
    case "recording":
      // known beforehand: to the simulator, and as the readings that they are
      return;
    case "reading": {
      const values = Object.fromEntries(
        Object.entries(step.reading).map(([name, value]) => [name, valueAt(value, share)] as const),
      );
      const observed = step.observed === undefined ? undefined : start + step.observed + since;
      for (const id of fleet.ids(step.on)) hand.reading(id, values, observed);
      return;
    }
    case "event": {
      const observed = step.observed === undefined ? undefined : start + step.observed + since;
      for (const id of fleet.ids(step.on)) hand.event(id, { type: step.event, data: step.data, observed });
      return;
    }
    case "send": {
      const text = step.send.replaceAll("{start}", String(start)).replaceAll("{now}", String(now));
      for (const id of fleet.ids(step.on)) hand.send(id, step.topic, text, step.retain);
      return;
    }
    case "line":
      for (const id of fleet.ids(step.on)) hand.line(id, step.line);
      return;
    case "power": {
      const dark = poweredAt(step, fleet).map(({ id }) => id);
      for (const id of dark) hand.line(id, "lost");
      platform.clock.after(step.for, () => {
        for (const id of dark) hand.line(id, "back");
      });
      return;
    }
    case "stop":
      for (const part of step.stop) await platform.stop(part);
      return;
    case "start":
      for (const part of step.start) await platform.start(part);
      return;
    case "does":
      return act(step, scene);
    case "drill": {
      const { drill: ruleId, on: deviceId, severity, people, by } = step;
      const minutes = Math.max(1, Math.round(step.for / 60_000));
      const asked = { ruleId, ruleVersion: 1, deviceId, severity, people, minutes, note: "" };
      return platform.say(drillTopic(`scenario-${moment.index}`), by, asked);
    }
    case "silence":
    case "maintenance":
    case "arrange":
      return arrange(step, scene);
    case "rule":
    case "removeRule":
      return changeRule(step, scene);
    case "override":
      for (const deviceId of fleet.ids(step.on)) {
        const { params } = step;
        const override = { ruleId: step.override, deviceId, params, reason: "scenario" };
        await platform.state.rules.putOverride(override, author(scene));
      }
      return;
    case "register":
      for (const id of fleet.ids(step.on)) {
        const { version = 0 } = (await platform.state.registry.device(id)) ?? {};
        await platform.state.registry.updateDevice(id, version, given(step.register), author(scene));
      }
      return;
    case "retire":
      for (const id of fleet.ids(step.on)) await platform.state.registry.retireDevice(id, author(scene));
      return;
    case "command":
      for (const deviceId of fleet.ids(step.on)) {
        const id = `scenario-${moment.index}-${now}-${deviceId}`.slice(0, 64);
        const command = { id, deviceId, name: step.command, args: step.args, expiresAt: now + 600_000 };
        await platform.state.commands.create(command, author(scene));
      }
      return;
    default:
      assertNever(step);
  }
}

/** Without what the file does not name. */
function given<T extends object>(change: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined)) as never;
}

/** Fails with `invalid`, naming what the file has wrong. */
function parsed<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const problems = problemsOf(result.error, value);
  throw new LinliError("invalid", problems.map(({ field, message }) => `${field}: ${message}`).join("; "), {
    problems,
  });
}

function author({ platform }: Scene, id = "chen"): Author {
  return { id, type: "person", at: platform.clock.now() };
}

function deedOf(step: StepOf<"does">, start: number): AlertDeed {
  const given: Record<string, unknown> = { type: step.does };
  if (step.outcome !== undefined) given.outcome = step.outcome;
  if (step.does === "close" || step.does === "comment" || step.does === "known") given.text = step.text ?? "—";
  if (step.until !== undefined) given.until = start + step.until;
  if (step.does === "assign") given.personId = step.gives ?? null;
  return parsed(alertDeedSchema, given);
}

/** As the API has it: the deed is written down for notify, and a closing goes into the journal for watch. */
async function act(step: StepOf<"does">, scene: Scene): Promise<void> {
  const { state } = scene.platform;
  const filter = { active: true, ruleIds: [step.alert], deviceIds: [step.on] };
  const { items } = await state.alerts.alerts(filter, { limit: 1 });
  const [found] = items;
  if (found === undefined) throw new LinliError("not-found", `no open ${step.alert} on ${step.on} at that moment`);
  const deed = deedOf(step, scene.start);
  await state.alerts.act(found.alert.id, deed, author(scene, step.person));
  if (deed.type !== "close") return;
  await scene.platform.closed(found.alert.id, step.person, { outcome: deed.outcome, text: deed.text });
}

async function arrange(step: StepOf<"silence" | "maintenance" | "arrange">, scene: Scene): Promise<void> {
  const { arrangements } = scene.platform.state;
  const now = scene.platform.clock.now();
  if (step.type === "silence") {
    const { for: length, ...given } = step.silence;
    const silence = { ...given, from: now, until: now + length, createdAt: now };
    const value: Silence = parsed(ARRANGEMENT_SCHEMAS.silence, silence);
    await arrangements.put("silence", value, 0, author(scene, value.by));
  } else if (step.type === "maintenance") {
    const value = { ...step.maintenance, createdAt: now };
    await arrangements.put("maintenance", value, 0, author(scene, value.by));
  } else {
    const value = parsed(ARRANGEMENT_SCHEMAS[step.arrange] as z.ZodType<Arrangement>, step.value);
    const before = await arrangements.get(step.arrange, value.id);
    await arrangements.put(step.arrange, value as never, before?.version ?? 0, author(scene));
  }
}

async function changeRule(step: StepOf<"rule" | "removeRule">, scene: Scene): Promise<void> {
  const { rules } = scene.platform.state;
  if (step.type === "removeRule") return rules.remove(step.removeRule, "scenario", author(scene, step.by));
  const current = (await rules.current()).find(({ rule, standing }) => rule.id === step.rule && standing === "current");
  if (current === undefined) throw new LinliError("not-found", `no rule ${step.rule}`);
  const rule = changed(current.rule, step.change ?? {});
  await rules.put(rule, current.version, "scenario", author(scene, step.by));
}

/** What is in force, with what the file says otherwise, in the form of a rule's file. */
function changed(rule: Rule, change: Readonly<Partial<Record<keyof Rule, unknown>>>): Rule {
  const shape: Readonly<Record<string, z.ZodType>> = ruleSchema.shape;
  const fresh = Object.entries(change).map(
    ([name, value]) => [name, shape[name] && parsed(shape[name], value)] as const,
  );
  return { ...rule, ...Object.fromEntries(fresh) };
}

/** Whether the platform itself refuses such a step, rather than being broken. */
export function isRefusal(error: unknown): error is LinliError {
  return isLinliError(error);
}
