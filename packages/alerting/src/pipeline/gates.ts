import type { Subject } from "../duty/world.ts";
import { underway } from "../stages/maintenance.ts";
import { silencing } from "../stages/silence.ts";
import { CAUSE_GRACE, graceOf, tellsOfSilence } from "../stages/suppress.ts";
import { type AlertCase, type Held, hasReachedPerson } from "./alert-case.ts";
import { joinGroup } from "./groups.ts";
import type { Round } from "./round.ts";

/** Nobody is told for now; looked at again then (null = when something happens). */
export type Hold = Omit<Held, "since"> & { readonly until: number | null };

/** One stage: lets an alert pass, or says why not. */
type Gate = (one: AlertCase, subject: Subject, round: Round) => Hold | undefined;

/** What is withheld because its cause is told instead. */
const suppress: Gate = (one, subject, { cases, now }) => {
  const { alert, rule } = subject;
  if (alert.lifeSafety || !tellsOfSilence(rule)) return undefined;
  const cause = one.incidentId === null ? undefined : cases.incidents.get(one.incidentId);
  const isCritical = alert.severity === "critical";
  if (cause !== undefined && cause.lead !== null && cause.lead !== alert.id) {
    const { id } = cause.incident;
    const held = { by: "incident", reason: cause.incident.cause === "parent" ? "child-of" : "common-cause" } as const;
    if (cause.causeOverAt !== null) {
      const until = cause.causeOverAt + graceOf(subject);
      return now < until ? { ...held, about: id, until } : undefined;
    }
    const lead = cases.alerts.get(cause.lead);
    if (lead === undefined || lead.over !== null) return undefined;
    if (hasReachedPerson(lead)) return { ...held, about: id, until: null };
    // the cause's own message is on its way: if it reaches nobody, this one has to
    const until = Math.max(one.causeUntil ?? now, lead.causeUntil ?? now) + CAUSE_GRACE;
    return now < until && !isCritical ? { ...held, about: id, until } : undefined;
  }
  const { causeUntil, chain } = one;
  if (isCritical || chain.step > 0 || causeUntil === null || now >= causeUntil) return undefined;
  return { by: "waiting", reason: "group-wait", about: "a common cause may show", until: causeUntil };
};

const silence: Gate = (one, subject, round) => {
  const found = silencing(subject, false, round.now, round.world);
  if (found === undefined) return undefined;
  return { by: "silence", reason: "silenced", about: found.id, until: found.until };
};

const maintenance: Gate = (one, subject, { now, world }) => {
  if (!one.inMaintenance) return undefined;
  const work = underway(subject, now, world);
  if (work !== undefined && !subject.alert.lifeSafety) {
    return { by: "maintenance", reason: "maintenance", about: work.maintenance.id, until: work.stretch.to };
  }
  one.inMaintenance = false;
  // all that is still wrong at its end is told at once, together
  if (one.held?.by === "maintenance") one.bundle = `maintenance.${one.held.about}`;
  return undefined;
};

const known: Gate = ({ knownUntil }, { alert }, { now }) =>
  knownUntil !== null && now < knownUntil && !alert.lifeSafety
    ? { by: "known", reason: "known", about: new Date(knownUntil).toISOString(), until: knownUntil }
    : undefined;

/** The first message waits for others of its kind and place; never what is critical. */
const group: Gate = (one, { alert }, round) => {
  const { chain } = one;
  const { now, flushed } = round;
  const isFirst = chain.step === 0 && chain.reason === "first" && one.bundle === null;
  if (!isFirst || alert.lifeSafety || alert.severity === "critical" || one.acknowledged !== null) return undefined;
  const at = one.groupAt ?? joinGroup(one, round);
  if (now < at) return { by: "waiting", reason: "group-wait", about: one.group, until: at };
  flushed.add(one.group);
  return undefined;
};

/** In the order of ALERTS §3. */
export const GATES: readonly Gate[] = [suppress, silence, maintenance, known, group];
