import { type Alert, type AlertItem, findPoint, type KindDescription } from "@linli/model";
import type { TFunction } from "i18next";
import { pointLabel, valueText } from "../devices/value.tsx";
import type { Formats } from "../i18n/format.ts";

type Fact = Alert["facts"][number];

/** How facts are said: in which language, of which kind of device. */
export interface Voice {
  readonly t: TFunction;
  readonly formats: Formats;
  readonly kind: KindDescription | undefined;
}

/** A fact for people: what it is about, what it was, and what the rule asked of it. */
export interface FactWords {
  readonly label: string;
  readonly value: string | undefined;
  readonly asked: string | undefined;
}

const STATES: ReadonlySet<string> = new Set(["online", "late", "offline", "sleeping", "unknown"]);

const MOMENT = /^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/;

const clean = (value: number) => Number(value.toPrecision(4));

/** A mean, a change or an extreme of a point is said by the point's own name and unit. */
function pointOf(what: string): string {
  return /^(?:mean|min|max|kinetic|change) of (\S+) (?:over|per) /.exec(what)?.[1] ?? what;
}

function declarationIn(kind: KindDescription | undefined, what: string) {
  return kind && findPoint(kind, pointOf(what));
}

function labelOf({ what }: Fact, { t, formats, kind }: Voice): string {
  if (what === "connection" || what === "silent") return t(`fact.${what}`);
  const declared = declarationIn(kind, what);
  const event = kind?.events[what]?.label;
  const name = declared ? pointLabel(pointOf(what), declared, formats) : event ? formats.text(event) : what;
  const [, fn, , minutes] = /^(mean|min|max|kinetic) of (\S+) over ([\d.]+) min$/.exec(what) ?? [];
  if (fn !== undefined) return t(`fact.${fn as "mean"}`, { name, minutes });
  const [, , per] = /^change of (\S+) per ([\d.]+) min$/.exec(what) ?? [];
  if (per !== undefined) return t("fact.change", { name, minutes: per });
  const [, within] = /^times within ([\d.]+) min$/.exec(what) ?? [];
  if (within !== undefined) return t("fact.times", { minutes: within });
  const [, hours] = /^minutes within ([\d.]+) h$/.exec(what) ?? [];
  return hours === undefined ? name : t("fact.total", { hours });
}

/** What an event carried, `name value` each: by the names of points where there are such. */
function dataText(value: string, { formats, kind }: Voice): string {
  return value
    .split(", ")
    .map((pair) => {
      const [name = "", ...rest] = pair.split(" ");
      const declared = rest.length > 0 ? kind && findPoint(kind, name) : undefined;
      return declared ? [pointLabel(name, declared, formats), ...rest].join(" ") : pair;
    })
    .join(", ");
}

function valueOf({ what, value, observedAt }: Fact, { t, formats, kind }: Voice): string | undefined {
  if (value === null) return undefined;
  if (what === "connection" && STATES.has(String(value))) return t(`connection.${value as "online"}`);
  if (typeof value === "string" && MOMENT.test(value)) return formats.exact(Date.parse(value));
  if (typeof value === "string" && kind?.events[what]) return dataText(value, { t, formats, kind });
  const said = typeof value === "number" ? clean(value) : value;
  const at = observedAt ?? 0;
  return valueText(
    { value: said, quality: "good", observedAt: at, receivedAt: at },
    declarationIn(kind, what),
    formats,
    t,
  );
}

function askedOf(fact: Fact, voice: Voice): string | undefined {
  const { t } = voice;
  if (fact.asked === "reported") return t("fact.reported");
  const limit = (text: string) => {
    const number = Number(text);
    return Number.isNaN(number) ? text : (valueOf({ ...fact, value: number }, voice) ?? text);
  };
  const [, word, bound = ""] = /^(above|at least|below|at most) (.+)$/.exec(fact.asked) ?? [];
  if (word === "above") return t("fact.above", { limit: limit(bound) });
  if (word === "below") return t("fact.below", { limit: limit(bound) });
  if (word === "at least") return t("fact.atLeast", { limit: limit(bound) });
  if (word === "at most") return t("fact.atMost", { limit: limit(bound) });
  const [, low, high = ""] = /^outside (.+) to (.+)$/.exec(fact.asked) ?? [];
  if (low !== undefined) return t("fact.outside", { low: limit(low), high: limit(high) });
  const [, silent] = /^for more than ([\d.]+) s$/.exec(fact.asked) ?? [];
  if (silent !== undefined) return t("fact.silentFor", { minutes: clean(Number(silent) / 60) });
  const [, stuck] = /^unchanged for ([\d.]+) h$/.exec(fact.asked) ?? [];
  return stuck === undefined ? undefined : t("fact.unchanged", { hours: stuck });
}

export function factWords(fact: Fact, voice: Voice): FactWords {
  return { label: labelOf(fact, voice), value: valueOf(fact, voice), asked: askedOf(fact, voice) };
}

/** What is wrong, in the rule's own name; its id when that version is gone. */
export function titleOf({ rule, alert }: AlertItem, formats: Formats): string {
  return rule ? formats.text(rule.name) : alert.ruleId;
}

export function deviceOf({ device, alert }: AlertItem): string {
  return device?.name ?? alert.deviceId;
}

/** General to specific in Chinese, specific to general in English; without what everybody at the site knows. */
export function placeOf({ place }: AlertItem, formats: Formats): string {
  const names = (place.length > 2 ? place.slice(2) : place.slice(-1)).map(({ name }) => name);
  return formats.language === "en" ? names.toReversed().join(", ") : names.join(" ");
}

/** The rule's sentence about this alert; undefined when a value in it is not known: a blank says less than nothing. */
export function sentenceOf(item: AlertItem, voice: Voice): string | undefined {
  const { rule, alert } = item;
  if (!rule) return undefined;
  let whole = true;
  const said = voice.formats.text(rule.text).replaceAll(/\{([^{}]+)\}/g, (_, name: string) => {
    if (name === "device") return deviceOf(item);
    if (name === "place") return placeOf(item, voice.formats);
    const fact = alert.facts.find(({ what }) =>
      name === "point" ? declarationIn(voice.kind, what) !== undefined : pointOf(what) === name,
    );
    const words = fact && factWords(fact, voice);
    if (words?.value === undefined) whole = false;
    return name === "point" ? `${words?.label} ${words?.value}` : (words?.value ?? "");
  });
  return whole ? said : undefined;
}

/** The facts in one line, each once. */
export function factsLine({ alert }: AlertItem, voice: Voice): string {
  const said = alert.facts.slice(0, 3).map((fact) => {
    const { label, value, asked } = factWords(fact, voice);
    return [label, value, asked && `(${asked})`].filter(Boolean).join(" ");
  });
  return [...new Set(said)].join(" · ");
}
