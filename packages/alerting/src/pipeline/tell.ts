import { type Alert, compareSeverity, type Incident, type Message, SEVERITIES } from "@linli/model";
import type { Subject } from "../duty/world.ts";
import { fingerprint } from "../fingerprint.ts";
import { acknowledgeWithin } from "../stages/acknowledge.ts";
import type { Recipient } from "../stages/route.ts";
import { silencing } from "../stages/silence.ts";
import { wordMessage } from "../words/word-message.ts";
import type { IncidentNews, News } from "../words/wording.ts";
import type { AlertCase, Heard, Occasion } from "./alert-case.ts";
import { asTold } from "./alert-case.ts";
import { flapKey } from "./finish.ts";
import { gatherGroups } from "./gather.ts";
import { isSpoken } from "./incidents.ts";
import type { IncidentCase } from "./other-cases.ts";
import type { Round, Telling } from "./round.ts";

/** What one recipient is told in one message. */
interface Letter {
  readonly recipient: Recipient;
  /** The first of them decides what the message is. */
  first: Telling;
  readonly tellings: Map<AlertCase, Telling>;
}

/** Of several reasons to write the first is given. */
const WEIGHT: readonly Occasion[] = [
  "severity",
  "opened",
  "escalation",
  "reminder",
  "progress",
  "cleared",
  "ended",
  "handover",
  "digest",
];
/** A message names no more alerts to programs. */
const MOST_ALERTS = 100;
const LONGEST_KEY = 200;

/** Writes everybody's messages of a round: what belongs together in one. */
export function dispatch(round: Round): void {
  gatherGroups(round);
  if (round.tellings.length === 0) return;
  const letters = new Map<string, Letter>();
  const told = new Set<AlertCase>();
  for (const telling of round.tellings) {
    told.add(telling.one);
    const bundle = `${bundleOf(telling, round)} ${telling.recipient.key}`;
    const known = letters.get(bundle);
    if (known === undefined) {
      const tellings = new Map([[telling.one, telling]]);
      letters.set(bundle, { recipient: telling.recipient, first: telling, tellings });
    } else {
      if (!known.tellings.has(telling.one)) known.tellings.set(telling.one, telling);
      if (WEIGHT.indexOf(telling.occasion) < WEIGHT.indexOf(known.first.occasion)) known.first = telling;
    }
  }
  round.tellings.length = 0;
  for (const one of told) one.rounds++;
  for (const letter of letters.values()) write(letter, round);
  for (const one of told) {
    one.bundle = null;
    round.touch(one);
  }
}

function isList(occasion: Occasion): occasion is "handover" | "digest" {
  return occasion === "handover" || occasion === "digest";
}

function incidentOf(
  { incidentId }: AlertCase,
  { cases, out }: Round,
): Pick<IncidentCase, "incident" | "lead"> | undefined {
  if (incidentId === null) return undefined;
  const closed = out.incidents.get(incidentId);
  return cases.incidents.get(incidentId) ?? (closed && { incident: closed, lead: null });
}

function bundleOf({ one, occasion, about }: Telling, round: Round): string {
  if (isList(occasion)) return `${occasion} ${about}`;
  if (one.alert.lifeSafety || one.alert.drill !== undefined) return one.alert.id;
  const weighed = weighedIn(one, occasion);
  if (weighed !== null) return weighed;
  if (one.bundle !== null) return one.bundle;
  if (one.incidentId !== null && (one.over !== null || occasion === "progress")) return one.incidentId;
  if (one.over !== null) return one.alert.id;
  const incident = incidentOf(one, round);
  // what is told beside its cause is told for itself
  if (incident === undefined || (incident.lead !== null && incident.lead !== one.alert.id)) return one.group;
  return incident.incident.id;
}

/** The incident that counts several of a kind: while they are open they are told together. */
function weighedIn({ weighedIn: id, over }: AlertCase, occasion: Occasion): string | null {
  return over === null && occasion !== "progress" ? id : null;
}

function isSilenced(one: AlertCase, round: Round): boolean {
  return silencing(round.subject(one), false, round.now, round.world) !== undefined;
}

/** The cases that a letter names. */
function namedIn({ first, tellings, recipient }: Letter, spoken: IncidentCase | undefined, round: Round): AlertCase[] {
  const { occasion, one } = first;
  const own = [one, ...[...tellings.keys()].filter((other) => other !== one)];
  const isAlone = isList(occasion) || (one.over !== null && occasion !== "progress");
  if (spoken === undefined || isAlone) return own;
  const { lead, incident } = spoken;
  const speaksForAll = own.some(({ alert, raised }) => alert.id === lead || raised?.incidentId === incident.id);
  const others = incident.members.flatMap(({ alertId, overAt }) => {
    const member = round.cases.alerts.get(alertId);
    if (member === undefined || tellings.has(member) || isSilenced(member, round)) return [];
    if (speaksForAll && overAt === null) return [member];
    const knows = member.heard.some(({ key, told }) => key === recipient.key && told);
    return occasion === "progress" && knows ? [member] : [];
  });
  return [...own, ...others];
}

function write(letter: Letter, round: Round): void {
  const { recipient, first, tellings } = letter;
  const { cases, now, out } = round;
  const { one, occasion } = first;
  const id = weighedIn(one, occasion) ?? one.incidentId;
  const spoken = id === null ? undefined : cases.incidents.get(id);
  const named = namedIn(letter, spoken, round);
  const message = compose(letter, named, round);
  const { alert } = one;
  out.outbox.push({
    key: message.key,
    subject: message.subject,
    channelId: recipient.channelId,
    address: recipient.address,
    message,
    alertId: alert.id,
    personId: recipient.personId,
    queuedAt: now,
  });
  for (const member of named) {
    const { reason, about } = tellings.get(member) ?? first;
    const heard = heardOf(member, recipient);
    heard.queued.push({ key: message.key, occasion, reason, about, withdrawn: false });
    if (member.over !== null && occasion !== "progress") heard.toldOver = true;
    round.write(member, {
      occasion,
      personId: recipient.personId,
      channelId: recipient.channelId,
      verdict: "queued",
      reason,
      about: about.slice(0, 500),
      messageKey: message.key,
    });
    if (!tellings.has(member)) round.touch(member);
  }
  if (named.length > 1) cases.letters.add(message.key, { alerts: named.map((member) => member.alert.id) });
  if (spoken !== undefined && isSpoken(spoken) && spoken.told.at !== now && occasion !== "progress") {
    const { members } = spoken.incident;
    spoken.told = { at: now, members: members.length, back: members.length - spoken.open };
    cases.incidents.touch(spoken.incident.id);
  }
}

function heardOf(one: AlertCase, { key, personId, channelId, address }: Recipient): Heard {
  let heard = one.heard.find((known) => known.key === key);
  if (heard === undefined) {
    heard = { key, personId, channelId, address, told: false, toldOver: false, queued: [] };
    one.heard.push(heard);
  }
  return heard;
}

function keyOf({ one, occasion }: Telling, recipient: Recipient): string {
  const key = `${one.alert.id}:${occasion}:${one.rounds}:${recipient.key}`;
  return key.length <= LONGEST_KEY ? key : `${key.slice(0, LONGEST_KEY - 20)}:${fingerprint(key)}`;
}

function compose({ recipient, first }: Letter, named: readonly AlertCase[], round: Round): Message {
  const { world, now } = round;
  const { occasion, one } = first;
  const person = recipient.personId === null ? undefined : world.people.get(recipient.personId);
  const language = person?.language ?? "zh-CN";
  const subjects = named.map((member) => round.subject(member));
  const alerts = subjects.map(({ alert }) => alert);
  const drill = one.alert.drill !== undefined;
  const worded = wordMessage({ ...newsOf(first, named, subjects, round), language, world, at: now, drill });
  const incident = incidentOf(one, round);
  return {
    key: keyOf(first, recipient),
    subject: isList(occasion) || incident === undefined || named.length === 1 ? one.alert.id : incident.incident.id,
    occasion,
    severity: worst(alerts),
    lifeSafety: alerts.some(({ lifeSafety }) => lifeSafety),
    language,
    ...worded,
    ...(world.publicUrl !== undefined && { link: `${world.publicUrl}/alerts/${one.alert.id}` }),
    alerts: alerts.slice(0, MOST_ALERTS),
    at: now,
  };
}

function worst(alerts: readonly Alert[]): Alert["severity"] {
  let found = SEVERITIES[0] as Alert["severity"];
  for (const { severity } of alerts) if (compareSeverity(severity, found) > 0) found = severity;
  return found;
}

function newsOf(telling: Telling, named: readonly AlertCase[], subjects: readonly Subject[], round: Round): News {
  const { one, occasion, before, reason } = telling;
  const [subject] = subjects;
  if (subject === undefined) throw new TypeError("a message about nothing");
  if (isList(occasion)) return { about: "list", occasion, subjects };
  const within = acknowledgeWithin(subject);
  const asks = within === undefined ? {} : { acknowledgeWithin: within };
  const told = namesOf(one);
  if (named.length > 1) {
    const kind = occasion === "ended" ? "cleared" : groupOccasion(occasion);
    return {
      about: "incident",
      occasion: kind,
      incident: incidentFor(telling, named, round),
      members: subjects,
      told,
      ...asks,
    };
  }
  if (occasion === "progress") return { about: "alert", occasion, subject };
  if (occasion === "cleared" || occasion === "ended") return { about: "alert", occasion, subject };
  const flap = round.cases.flaps.get(flapKey(one));
  return {
    about: "alert",
    occasion: groupOccasion(occasion) as "opened",
    subject,
    told,
    lapsed: reason === "lapsed",
    ...asks,
    ...(before !== undefined && { before }),
    ...(flap !== undefined && flap.dampedSince !== null && { times: flap.openings.length }),
  };
}

const SAID_OF_SEVERAL = ["severity", "escalation", "reminder", "progress", "cleared"] as const;

/** What remains is a first word. */
function groupOccasion(occasion: Occasion): IncidentNews["occasion"] {
  return SAID_OF_SEVERAL.find((known) => known === occasion) ?? "opened";
}

/** People who were told before, for those who come after them. */
function namesOf({ heard }: AlertCase): string[] {
  return [...new Set(heard.flatMap(({ personId, told }) => (told && personId !== null ? [personId] : [])))];
}

/** The incident that a message is about; several without one, such as after announced work, are one for its words. */
function incidentFor({ one, occasion }: Telling, named: readonly AlertCase[], round: Round): Incident {
  const id = weighedIn(one, occasion);
  const weighed = id === null ? undefined : round.cases.incidents.get(id)?.incident;
  const real =
    weighed ?? (one.bundle === null || occasion === "progress" ? incidentOf(one, round)?.incident : undefined);
  if (real !== undefined) return real;
  const alerts = named.map((member) => asTold(member));
  return {
    id: one.alert.id,
    cause: "place",
    placeId: null,
    parentAlertId: null,
    severity: worst(alerts),
    openedAt: Math.min(...alerts.map(({ openedAt }) => openedAt)),
    closedAt: null,
    members: [],
  };
}
