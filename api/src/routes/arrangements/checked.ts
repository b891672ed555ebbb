import { checkArrangement, withWrittenDurations } from "@linli/alerting";
import {
  ARRANGEMENT_SCHEMAS,
  type Arrangement,
  type Arrangements,
  type ArrangementType,
  LinliError,
  type Problem,
  problemsOf,
} from "@linli/model";
import type { z } from "zod";
import type { Identity } from "../../access/identity.ts";
import { channelProblems } from "../../arrangements/channel-problems.ts";
import { storedWorld } from "../../arrangements/stored-world.ts";
import type { Parts } from "../../parts.ts";

function refuse(problems: readonly Problem[]): void {
  if (problems.length > 0) throw new LinliError("invalid", "the arrangement cannot be used", { problems });
}

const sameScope = (a: Arrangement<"silence">, b: Arrangement<"silence">) =>
  JSON.stringify([a.match, a.from, a.until]) === JSON.stringify([b.match, b.from, b.until]);

/** What is set by the platform: who made it, when, who confirmed it, whether it has ended. */
function ownFields(type: ArrangementType, stored: Arrangement | undefined, who: Identity, now: number): object {
  if (type !== "silence" && type !== "maintenance") return {};
  const before = stored as Arrangement<"silence" | "maintenance"> | undefined;
  const made = {
    by: before?.by ?? who.answerable,
    createdAt: before?.createdAt ?? now,
    endedAt: before?.endedAt ?? null,
  };
  return type === "silence" ? { ...made, secondBy: null } : made;
}

/** What was sent as an arrangement of a type; `invalid` with every problem by its field. */
export function parsedArrangement<T extends ArrangementType>(
  type: T,
  given: Readonly<Record<string, unknown>>,
  set: {
    readonly id: string;
    readonly stored: Arrangement<T> | undefined;
    readonly who: Identity;
    readonly now: number;
  },
): Arrangement<T> {
  const { id, stored, who, now } = set;
  // as they were read, lengths of time are ms
  const timed = type === "escalation" || type === "maintenance" ? (withWrittenDurations(given) as typeof given) : given;
  const whole = { ...timed, ...ownFields(type, stored, who, now), id };
  const schema: z.ZodType = ARRANGEMENT_SCHEMAS[type];
  const parsed = schema.safeParse(whole);
  if (!parsed.success) {
    // a channel's setting holds secrets: its values are not repeated
    refuse(problemsOf(parsed.error, type === "channel" ? undefined : whole));
  }
  const value = parsed.data as Arrangement<T>;
  if (type !== "silence" || stored === undefined) return value;
  const [before, after] = [stored, value] as unknown as readonly [Arrangement<"silence">, Arrangement<"silence">];
  // it was confirmed for this, and for nothing else
  return (sameScope(before, after) ? { ...after, secondBy: before.secondBy } : after) as Arrangement<T>;
}

/** Refuses what cannot work, before it has to: a hole in a rota, a chain to nobody, a silence that hides too much. */
export async function assertWorks<T extends ArrangementType>(
  parts: Parts,
  type: T,
  value: Arrangement<T>,
  arrangements: Arrangements,
): Promise<void> {
  refuse(channelProblems(type, value, arrangements));
  refuse(checkArrangement(type, value, await storedWorld(parts), parts.clock.now()));
}

/** What counts on an arrangement, each as type and id. */
export function usersOf(type: ArrangementType, id: string, arrangements: Arrangements): string[] {
  const { team, route, escalation, contact } = arrangements;
  const inWays = (ways: readonly { readonly channelId: string }[]) => ways.some(({ channelId }) => channelId === id);
  const users: Partial<Record<ArrangementType, () => string[]>> = {
    rota: () => team.filter(({ rotaId }) => rotaId === id).map((one) => `team/${one.id}`),
    escalation: () => route.filter(({ escalationId }) => escalationId === id).map((one) => `route/${one.id}`),
    team: () => [
      ...route.filter(({ teamId }) => teamId === id).map((one) => `route/${one.id}`),
      ...escalation
        .filter(({ steps }) => steps.some(({ targets }) => targets.some((to) => "team" in to && to.team === id)))
        .map((one) => `escalation/${one.id}`),
      ...team.filter((one) => one.id === id && one.desk).map(() => "every chain, as the desk"),
    ],
    channel: () => [
      ...team.filter(({ rooms }) => inWays(rooms)).map((one) => `team/${one.id}`),
      ...contact.filter((one) => inWays([...one.default, ...one.urgent])).map((one) => `contact/${one.id}`),
    ],
  };
  return users[type]?.() ?? [];
}
