import { type Alert, findPoint, type Point } from "@linli/model";
import type { Subject } from "../duty/world.ts";
import { kindOf } from "./names.ts";
import { durationInWords, momentInWords } from "./spoken-time.ts";
import type { Words } from "./words.ts";

type Fact = Alert["facts"][number];

/** How facts are said: in whose words, by which clock. */
export interface Voice {
  readonly words: Words;
  readonly timeZone: string;
  /** Epoch ms. */
  readonly at: number;
}

/** More are for the page. */
const MOST_FACTS = 3;
const NOTHING = "—";
const MOMENT = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;

/** `compartment.A.temperature` is declared as `compartment.{id}.temperature`: the part that tells it from its like. */
function slotOf(name: string, declared: Readonly<Record<string, Point>>): string | undefined {
  if (Object.hasOwn(declared, name)) return undefined;
  const parts = name.split(".");
  for (const pattern of Object.keys(declared)) {
    const wanted = pattern.split(".");
    const isLike = (part: string, index: number) => part.startsWith("{") || part === parts[index];
    if (wanted.length !== parts.length || !wanted.every(isLike)) continue;
    return parts.filter((_, index) => wanted[index]?.startsWith("{")).join(" ");
  }
  return undefined;
}

function labelOf(name: string, subject: Subject, words: Words): string {
  const kind = kindOf(subject);
  const point = kind && findPoint(kind, name);
  const label = point?.label ?? subject.device?.extraPoints[name]?.label ?? kind?.events[name]?.label;
  const slot = kind && point && slotOf(name, kind.points);
  const said = label === undefined ? name : words.of(label);
  return slot === undefined ? said : `${said} ${slot}`;
}

function numberInWords(value: number): string {
  const size = Math.abs(value);
  const digits = size >= 100 ? 0 : size >= 10 ? 1 : 2;
  const [whole = "", fraction] = String(Number(value.toFixed(digits))).split(".");
  const grouped = whole.replaceAll(/\B(?=(\d{3})+$)/g, ",");
  return `${grouped.replace("-", "−")}${fraction === undefined ? "" : `.${fraction}`}`;
}

type Declared = Partial<Pick<Point, "type" | "unit" | "valueLabels">>;

function valueInWords(value: Fact["value"], declared: Declared | undefined, { words, timeZone, at }: Voice): string {
  if (value === null) return NOTHING;
  if (typeof value === "boolean") return words.yesNo(value);
  if (typeof value === "number") {
    if (declared?.type === "time") return momentInWords(value, at, timeZone, words);
    const unit = declared?.unit === undefined ? "" : words.unit(declared.unit);
    const number = numberInWords(value);
    return unit === "" ? number : unit === "%" ? `${number}%` : `${number} ${unit}`;
  }
  if (MOMENT.test(value)) return momentInWords(Date.parse(value), at, timeZone, words);
  const label = declared?.valueLabels?.[value];
  return label === undefined ? value : words.of(label);
}

/** The point that a fact is about, also when it is a mean of it or its change. */
function pointOf({ what }: Fact): string {
  return /^(?:mean|min|max|kinetic|change) of (\S+) (?:over|per) /.exec(what)?.[1] ?? what;
}

function declaredFor(fact: Fact, subject: Subject): Declared | undefined {
  const kind = kindOf(subject);
  const name = pointOf(fact);
  return (kind && findPoint(kind, name)) ?? subject.device?.extraPoints[name];
}

/** An event and what it told: `floorLabel 5, who li`, named where the kind has a name for it. */
function eventInWords({ value }: Fact, label: string, subject: Subject, { words }: Voice): string {
  if (value === null) return label;
  const told = String(value)
    .split(", ")
    .map((part) => {
      const [, name = "", said = ""] = /^([A-Za-z]\w*) (.+)$/.exec(part) ?? [];
      const kind = kindOf(subject);
      const point = kind && findPoint(kind, name);
      if (point !== undefined) return `${words.of(point.label)} ${said}`;
      return words.of({ zh: said || part, en: part });
    });
  return words.fact(label, told.join(words.of({ zh: "，", en: ", " })), undefined);
}

function factInWords(fact: Fact, subject: Subject, voice: Voice): string {
  const { words } = voice;
  const say = (seconds: number) => durationInWords(seconds * 1_000, words);
  const point = (name: string) => labelOf(name, subject, words);
  const label = words.what(fact.what, point, say) ?? point(fact.what);
  const asked = words.asked(fact.asked, say);
  if (fact.what === "silent") return asked === undefined ? label : words.fact(label, asked, undefined);
  const isState = fact.what === "connection" || fact.what === "opening hours";
  const value = isState
    ? (words.connection[String(fact.value)] ?? String(fact.value))
    : valueInWords(fact.value, declaredFor(fact, subject), voice);
  if (fact.asked === "reported") return eventInWords(fact, label, subject, voice);
  return words.fact(label, value, asked);
}

/** What was seen, in one line; empty when there is nothing to tell. */
export function factsInWords(subject: Subject, voice: Voice): string {
  const facts = subject.alert.facts.slice(0, MOST_FACTS).map((fact) => factInWords(fact, subject, voice));
  return [...new Set(facts)].join(voice.words.of({ zh: "；", en: "; " }));
}

/** The value of a point that an alert was raised about, with its unit; undefined when it was not about that point. */
export function valueOf(name: string, subject: Subject, voice: Voice): string | undefined {
  const fact = subject.alert.facts.find((candidate) => pointOf(candidate) === name);
  return fact && valueInWords(fact.value, declaredFor(fact, subject), voice);
}

/** The first point that an alert was raised about, named, with its value. */
export function firstPoint(subject: Subject, voice: Voice): string | undefined {
  const fact = subject.alert.facts.find((candidate) => declaredFor(candidate, subject) !== undefined);
  return fact && factInWords({ ...fact, asked: "" }, subject, voice);
}
