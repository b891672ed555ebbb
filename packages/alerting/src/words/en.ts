import type { Words } from "./words.ts";

const WEEKDAYS = ["", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const MONTHS = ["", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const SIGNS: Readonly<Record<string, string>> = {
  Cel: "°C",
  "ug/m3": "µg/m³",
  "mg/m3": "mg/m³",
  "m/s2": "m/s²",
  "1": "",
};
const FUNCTIONS: Readonly<Record<string, string>> = {
  mean: "mean",
  min: "lowest",
  max: "highest",
  kinetic: "mean kinetic temperature",
};

const joined = (parts: readonly string[]) => parts.filter(Boolean).join(", ");

export const en: Words = {
  of: (text) => text.en,
  brand: "[Linli] ",
  drillBrand: "[Linli DRILL] ",
  drillMark: "DRILL",
  drill: "This is a drill: do not attend.",
  severity: { critical: "CRITICAL", high: "HIGH", medium: "MEDIUM", low: "LOW", informational: "INFO" },
  place: joined,
  headline: (label, { place, device, what }) => `${label}: ${joined([what, device, place])}`,
  list: (items, more) => `${joined(items)}${more > 0 ? ` and ${more} more` : ""}`,
  yesNo: (value) => (value ? "yes" : "no"),
  unit: (code) => SIGNS[code] ?? code,
  moment: (clock, day) => (day ? `${WEEKDAYS[day.weekday]} ${day.day} ${MONTHS[day.month]} ${clock}` : clock),
  duration: ({ days, hours, minutes, seconds }) => {
    if (days > 0) return hours > 0 ? `${days} d ${hours} h` : `${days} d`;
    if (hours > 0) return minutes > 0 ? `${hours} h ${minutes} min` : `${hours} h`;
    return minutes > 0 ? `${minutes} min` : `${seconds} s`;
  },

  label: {
    nowSeverity: (severity) => `NOW ${severity}`,
    escalated: "ESCALATED",
    reminder: "REMINDER",
    nobodyCame: "NOBODY CAME",
    noData: "NO DATA",
    dataBack: "DATA BACK",
    cleared: "CLEARED",
    closed: "CLOSED",
    ended: "ENDED",
    progress: "PROGRESS",
    digest: "DIGEST",
    handover: "HANDOVER",
    platform: "PLATFORM",
    test: "TEST",
  },

  where: (place, device) => `Where: ${joined([device, place])}`,
  since: (began, learned, within) => {
    const when = learned === undefined ? `Since ${began}.` : `Happened ${began}, learned ${learned}.`;
    return within === undefined ? when : `${when} Acknowledge within ${within}.`;
  },
  seen: (facts) => `Seen: ${facts}`,
  toDo: (step) => `To do: ${step}`,
  unacknowledged: (duration, told) =>
    `No acknowledgement for ${duration}${told === undefined ? "" : ` (${told} told)`}.`,
  nowYours: " Now yours.",
  lapsed: "Acknowledged, but the time to be there is over and nobody has said to have arrived.",
  rose: (before, now) => `Was ${before}, is ${now}.`,
  times: (count) => `Comes and goes: ${count} times so far.`,
  silent: (duration) =>
    `${duration === undefined ? "No data" : `No data for ${duration}`}. Alert stays open, state unknown.`,
  speaksAgain: "Data is coming in again; the alert is still open.",
  lasted: (duration, from, to) => `After ${duration} (${from} to ${to}).`,
  healthyFor: (duration) => ` Healthy for ${duration}.`,
  over: {
    cleared: "The condition no longer holds.",
    person: "Closed by a person.",
    retired: "Ended because the device was retired. This is no proof of repair.",
    rule: "Ended because the rule was changed. This is no proof of repair.",
  },

  fact: (label, value, asked) => `${label} ${value}${asked === undefined ? "" : ` (${asked})`}`,
  asked(asked, say) {
    if (/^(above|at least|below|at most|outside) /.test(asked)) return asked;
    const [, silent] = /^for more than ([\d.]+) s$/.exec(asked) ?? [];
    if (silent !== undefined) return `for more than ${say(Number(silent))}`;
    const [, stuck] = /^unchanged for ([\d.]+) h$/.exec(asked) ?? [];
    return stuck === undefined ? undefined : `unchanged for ${say(Number(stuck) * 3_600)}`;
  },
  what(what, point, say) {
    const [, fn = "", of = "", over = ""] = /^(mean|min|max|kinetic) of (\S+) over ([\d.]+) min$/.exec(what) ?? [];
    if (of !== "") return `${point(of)}, ${FUNCTIONS[fn]} over ${say(Number(over) * 60)}`;
    const [, changed = "", per = ""] = /^change of (\S+) per ([\d.]+) min$/.exec(what) ?? [];
    if (changed !== "") return `${point(changed)}, change per ${say(Number(per) * 60)}`;
    const [, counted] = /^times within ([\d.]+) min$/.exec(what) ?? [];
    if (counted !== undefined) return `Times within ${say(Number(counted) * 60)}`;
    const [, summed] = /^minutes within ([\d.]+) h$/.exec(what) ?? [];
    if (summed !== undefined) return `Minutes within ${say(Number(summed) * 3_600)}`;
    return {
      connection: "Connection",
      silent: "No data",
      "opening hours": "Opening hours",
      "sun elevation": "Sun elevation",
    }[what];
  },
  connection: {
    online: "online",
    late: "late",
    offline: "offline",
    sleeping: "sleeping",
    unknown: "unknown",
    open: "open",
    closed: "closed",
  },

  devices: (count, kind, one) => `${count} ${(kind ?? "device").toLowerCase()}${one ? "" : "s"}`,
  cause: {
    parent: "a gateway that is away",
    common: "a shared cause (power or network)",
    redundancy: "all that stand in for each other failed",
    adjacent: "neighbours that failed together",
    place: "the same place",
  },
  together: (devices, what) => (what === undefined ? `${devices} faulty` : `${devices}: ${what}`),
  back: (back, all) => `${back} of ${all} back`,
  likely: (cause) => `Likely cause: ${cause}; one task.`,
  names: (list) => `Devices: ${list}`,
  stillFaulty: (list) => `Not back yet: ${list}`,
  endedOtherwise: (count) =>
    `${count} of them ended by hand, by a changed rule or a retired device: no proof of repair.`,
  alerts: (count) => (count === 1 ? "1 alert" : `${count} alerts`),
  platform: {
    "channel-dead": (subject) => `${subject} delivers nothing`,
    gone: (subject) => `${subject} names what is no longer there`,
    nobody: (subject) => `${subject} tells nobody`,
    "rota-hole": (subject) => `nobody is on call at times in ${subject}`,
    "no-desk": () => "no desk is manned around the clock",
    "second-desk": (subject) => `${subject} is a second desk`,
    "chain-without-desk": (subject) => `${subject} does not end at the desk`,
    "robot-only": (subject) => `${subject} tells a robot and no person`,
    "page-only": (subject) => `${subject} is told by the page alone`,
    "no-contact": (subject) => `${subject} cannot be reached`,
    unreadable: (subject) => `${subject} cannot be read`,
    over: (subject) => `${subject} is over`,
    endless: (subject) => `${subject} does not end`,
    "too-broad": (subject) => `${subject} hides too much`,
    "life-safety": (subject) => `${subject} may not touch life safety`,
  },
  testTitle: "this channel works",
  testText: "This is a test; nothing needs to be done.",
};
