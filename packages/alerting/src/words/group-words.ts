import { compareSeverity } from "@linli/model";
import type { Subject } from "../duty/world.ts";
import { namesOf, type Speech, whatOf } from "./alert-words.ts";
import { headline, textOf, variablesOf } from "./headline.ts";
import { deviceName, kindOf, shortPlace, wholePlace } from "./names.ts";
import { durationInWords, momentInWords } from "./spoken-time.ts";
import type { IncidentNews, ListNews, Worded } from "./wording.ts";

/** More are counted. */
const MOST_NAMES = 10;

function namesIn(members: readonly Subject[], { words }: Speech, most = MOST_NAMES): string {
  const names = [...new Set(members.map(deviceName))];
  return words.list(names.slice(0, most), Math.max(0, names.length - most));
}

/** What its devices are called together; undefined when they are of several kinds. */
function kindIn(members: readonly Subject[], { words }: Speech): string | undefined {
  const kinds = new Set(members.map(kindOf));
  const [kind] = kinds;
  return kinds.size === 1 && kind !== undefined ? words.of(kind.label) : undefined;
}

/** What all of them have; undefined when they differ. */
function sameFault(members: readonly Subject[], { words }: Speech): string | undefined {
  const faults = new Set(members.map((member) => whatOf(member, words)));
  const [fault] = faults;
  return faults.size === 1 ? fault : undefined;
}

function placeOf({ incident, members }: IncidentNews, { world, words }: Speech): { short: string; whole: string } {
  const { placeId } = incident;
  const first = members.find(({ placePath }) => placeId === null || placePath.includes(placeId));
  const path = placeId === null ? [] : (first?.placePath.slice(first.placePath.indexOf(placeId)) ?? [placeId]);
  const at = { placePath: path };
  return { short: shortPlace(at, world, words), whole: wholePlace(at, world, words) };
}

function labelOf({ occasion, incident }: IncidentNews, allEnded: boolean, { words }: Speech): string {
  const { label } = words;
  switch (occasion) {
    case "opened":
      return words.severity[incident.severity];
    case "severity":
      return label.nowSeverity(words.severity[incident.severity]);
    case "escalation":
      return label.escalated;
    case "reminder":
      return label.reminder;
    case "progress":
      return label.progress;
    case "cleared":
      return allEnded ? label.ended : label.cleared;
  }
}

/** Always names the devices, whatever it groups. */
export function wordIncident(news: IncidentNews, speech: Speech): Worded {
  const { incident, members, occasion } = news;
  const { words, at, timeZone } = speech;
  const over = members.filter(({ alert }) => !alert.active);
  const open = members.filter(({ alert }) => alert.active);
  const otherwise = over.filter(({ alert }) => alert.endedBy !== "cleared");
  const isOver = occasion === "cleared";
  const place = placeOf(news, speech);
  const shown = occasion === "opened" || occasion === "severity" || open.length === 0 ? members : open;
  const count = new Set(shown.map(deviceName)).size;
  const all =
    news.of === undefined ? String(count) : words.of({ zh: `${count}/${news.of}`, en: `${count} of ${news.of}` });
  const devices = words.devices(all, kindIn(members, speech), (news.of ?? count) === 1);
  const what =
    occasion === "progress"
      ? words.back(over.length - otherwise.length, members.length)
      : words.together(devices, sameFault(members, speech));
  const label = labelOf(news, over.length > 0 && otherwise.length === over.length, speech);
  const began = momentInWords(incident.openedAt, at, timeZone, words);
  const within = news.acknowledgeWithin;
  const waited = durationInWords(at - incident.openedAt, words);
  const end = incident.closedAt ?? at;
  const lines = isOver
    ? [
        words.lasted(durationInWords(end - incident.openedAt, words), began, momentInWords(end, at, timeZone, words)),
        otherwise.length > 0 ? words.endedOtherwise(otherwise.length) : undefined,
        words.names(namesIn(members, speech)),
      ]
    : [
        occasion === "escalation"
          ? `${words.unacknowledged(waited, namesOf(news.told, speech))}${words.nowYours}`
          : occasion === "reminder"
            ? words.unacknowledged(waited, undefined)
            : undefined,
        words.likely(words.cause[incident.cause]),
        open.length < members.length && open.length > 0
          ? words.stillFaulty(namesIn(open, speech))
          : words.names(namesIn(members, speech)),
        otherwise.length > 0 ? words.endedOtherwise(otherwise.length) : undefined,
        words.since(began, undefined, within === undefined ? undefined : durationInWords(within, words)),
      ];
  return {
    title: headline(speech, label, { place: place.short, device: "", what }),
    text: textOf(speech, [place.whole === "" ? undefined : words.where(place.whole, ""), ...lines]),
    variables: variablesOf(speech, occasion === "opened" ? undefined : label, {
      place: place.short,
      device: namesIn(members, speech, 3),
      what,
      since: began,
    }),
  };
}

const worstFirst = (a: Subject, b: Subject) =>
  Number(b.alert.active) - Number(a.alert.active) ||
  compareSeverity(b.alert.severity, a.alert.severity) ||
  a.alert.openedAt - b.alert.openedAt;

/** A digest or what one shift leaves the next: the open ones first, the worst first, one line each. */
export function wordList({ occasion, subjects }: ListNews, speech: Speech): Worded {
  const { words, at, timeZone, world } = speech;
  const lineOf = (subject: Subject) => {
    const { alert } = subject;
    const moment = momentInWords(alert.openedAt, at, timeZone, words);
    const label = alert.active ? words.severity[alert.severity] : overLabel(subject, speech);
    const named = {
      place: shortPlace(subject, world, words),
      device: deviceName(subject),
      what: whatOf(subject, words),
    };
    return `${moment} ${words.headline(label, named)}`;
  };
  const sorted = subjects.toSorted(worstFirst);
  const label = words.label[occasion];
  const what = words.alerts(subjects.length);
  const worst = sorted[0]?.alert.active ? sorted[0].alert.severity : undefined;
  const more = subjects.length - MOST_NAMES;
  return {
    title: headline(speech, label, {
      place: "",
      device: "",
      what:
        worst === undefined
          ? what
          : `${what}${words.of({ zh: `，最高${words.severity[worst]}`, en: `, worst ${words.severity[worst]}` })}`,
    }),
    text: textOf(speech, [
      ...sorted.slice(0, MOST_NAMES).map(lineOf),
      more > 0 ? words.of({ zh: `另有 ${more} 条`, en: `and ${more} more` }) : undefined,
    ]),
    variables: variablesOf(speech, label, {
      place: "",
      device: namesIn(sorted, speech, 3),
      what,
      since: momentInWords(at, at, timeZone, words),
    }),
  };
}

function overLabel({ alert }: Subject, { words }: Speech): string {
  const { cleared, closed, ended } = words.label;
  return alert.endedBy === "cleared" ? cleared : alert.endedBy === "person" ? closed : ended;
}
