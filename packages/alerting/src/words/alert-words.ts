import { minutes } from "@linli/model";
import type { Subject, World } from "../duty/world.ts";
import { factsInWords, firstPoint, type Voice, valueOf } from "./facts.ts";
import { headline, type Opening, textOf, variablesOf } from "./headline.ts";
import { deviceName, shortPlace, wholePlace } from "./names.ts";
import { durationInWords, momentInWords } from "./spoken-time.ts";
import type { AlertCall, AlertNews, AlertOver, Worded } from "./wording.ts";
import type { Words } from "./words.ts";

/** All that wording one message asks for. */
export interface Speech extends Opening, Voice {
  readonly world: World;
}

/** Learned so much later than it happened: both are said. */
const LATE = minutes(2);

/**
 * `{point}` = the first point and its value, `{device}`, `{place}`, or the name of a point = its value. Undefined when
 * one of them is not known: a line with a blank in it says less than none.
 */
function filledIn(text: string, subject: Subject, speech: Speech): string | undefined {
  let isWhole = true;
  const whole = text.replaceAll(/\{([^{}]+)\}/g, (_, name: string) => {
    if (name === "device") return deviceName(subject);
    if (name === "place") return shortPlace(subject, speech.world, speech.words);
    const value = name === "point" ? firstPoint(subject, speech) : valueOf(name, subject, speech);
    isWhole &&= value !== undefined;
    return value ?? "";
  });
  return isWhole ? whole : undefined;
}

/** What is wrong, in the rule's own name; its id when the rule is gone. */
export function whatOf({ rule, alert }: Subject, words: Words): string {
  return rule === undefined ? alert.ruleId : words.of(rule.name);
}

/** The first thing to do, without Markdown. */
function firstStep({ rule }: Subject, words: Words): string | undefined {
  const line =
    rule &&
    words
      .of(rule.steps)
      .split("\n")
      .find((candidate) => candidate.trim() !== "");
  return line
    ?.trim()
    .replace(/^(?:(?:\d+[.)、]|[-*+#>]+)\s*)+/, "")
    .replaceAll(/\*\*|__|`/g, "")
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1");
}

function since({ alert }: Subject, { at, timeZone, words }: Speech, acknowledgeWithin?: number): string {
  const began = momentInWords(alert.beganAt, at, timeZone, words);
  const learned =
    alert.openedAt - alert.beganAt < LATE ? undefined : momentInWords(alert.openedAt, at, timeZone, words);
  const within = acknowledgeWithin === undefined ? undefined : durationInWords(acknowledgeWithin, words);
  return words.since(began, learned, within);
}

/** Names of people, those who are gone left out. */
export function namesOf(ids: readonly string[] | undefined, { world, words }: Speech): string | undefined {
  const names = (ids ?? []).flatMap((id) => world.people.get(id)?.name ?? []);
  return names.length === 0 ? undefined : words.list(names.slice(0, 5), 0);
}

function labelOf(call: AlertCall, { words }: Speech): string {
  const severity = words.severity[call.subject.alert.severity];
  if (call.lapsed) return words.label.nobodyCame;
  switch (call.occasion) {
    case "opened":
    case "drill":
      return severity;
    case "severity":
      return words.label.nowSeverity(severity);
    case "escalation":
      return words.label.escalated;
    case "reminder":
      return words.label.reminder;
  }
}

/** Why it is said now. */
function whyNow(call: AlertCall, speech: Speech): string | undefined {
  const { words, at } = speech;
  const { alert } = call.subject;
  if (call.lapsed) return words.lapsed;
  const waited = durationInWords(at - alert.openedAt, words);
  if (call.occasion === "escalation")
    return `${words.unacknowledged(waited, namesOf(call.told, speech))}${words.nowYours}`;
  if (call.occasion === "reminder") return words.unacknowledged(waited, undefined);
  return call.before && words.rose(words.severity[call.before], words.severity[alert.severity]);
}

function named(subject: Subject, { world, words }: Speech) {
  return { place: shortPlace(subject, world, words), device: deviceName(subject), what: whatOf(subject, words) };
}

function variables(subject: Subject, label: string | undefined, speech: Speech): Worded["variables"] {
  const { at, timeZone, words } = speech;
  const began = momentInWords(subject.alert.beganAt, at, timeZone, words);
  return variablesOf(speech, label, { ...named(subject, speech), since: began });
}

const whereLine = (subject: Subject, { world, words }: Speech) =>
  words.where(wholePlace(subject, world, words), deviceName(subject));

export function wordCall(call: AlertCall, speech: Speech): Worded {
  const { subject } = call;
  const { words } = speech;
  const label = labelOf(call, speech);
  const text = subject.rule && filledIn(words.of(subject.rule.text), subject, speech);
  const facts = factsInWords(subject, speech);
  const step = firstStep(subject, words);
  return {
    title: headline(speech, label, named(subject, speech)),
    text: textOf(speech, [
      whyNow(call, speech),
      text === whatOf(subject, words) ? undefined : text,
      whereLine(subject, speech),
      since(subject, speech, call.acknowledgeWithin),
      call.times === undefined ? undefined : words.times(call.times),
      facts === "" ? undefined : words.seen(facts),
      step === undefined ? undefined : words.toDo(step),
    ]),
    variables: variables(subject, call.occasion === "opened" || call.occasion === "drill" ? undefined : label, speech),
  };
}

export function wordNews({ subject, silentSince }: AlertNews, speech: Speech): Worded {
  const { words, at } = speech;
  const isSilent = subject.alert.stale;
  const label = isSilent ? words.label.noData : words.label.dataBack;
  const silence = silentSince === undefined ? undefined : durationInWords(at - silentSince, words);
  return {
    title: headline(speech, label, named(subject, speech)),
    text: textOf(speech, [
      isSilent ? words.silent(silence) : words.speaksAgain,
      whereLine(subject, speech),
      since(subject, speech),
    ]),
    variables: variables(subject, label, speech),
  };
}

/** For how long the data has been good: what the rule waited for before it called it over, the same on every device. */
function healthyFor({ rule, alert }: Subject): number | undefined {
  const span = rule?.levels.find(({ severity }) => severity === alert.severity)?.clearFor;
  return typeof span === "number" ? span : undefined;
}

export function wordOver({ subject }: AlertOver, speech: Speech): Worded {
  const { words, at, timeZone } = speech;
  const { alert } = subject;
  const how = alert.endedBy ?? "cleared";
  const { cleared, closed, ended } = words.label;
  const label = how === "cleared" ? cleared : how === "person" ? closed : ended;
  const end = alert.clearedAt ?? at;
  const moment = (time: number) => momentInWords(time, at, timeZone, words);
  const healthy = how === "cleared" ? healthyFor(subject) : undefined;
  const lasted = words.lasted(durationInWords(end - alert.openedAt, words), moment(alert.openedAt), moment(end));
  return {
    title: headline(speech, label, named(subject, speech)),
    text: textOf(speech, [
      `${lasted}${healthy === undefined ? "" : words.healthyFor(durationInWords(healthy, words))}`,
      words.over[how],
      whereLine(subject, speech),
    ]),
    variables: variables(subject, label, speech),
  };
}
