import type { LedgerEntry } from "@linli/model";
import type { ExpectationOf } from "../file/expectations.ts";
import type { Carried } from "../stage/book.ts";
import { byNearness, clockTime, type Evidence, inWords, isMeant, isWithin, nearest, stretchOf } from "./evidence.ts";

type About = Pick<ExpectationOf<"told">, "of" | "on" | "by" | "occasion" | "reason">;

const isTo = (whom: string, personId: string | null) => (whom === "anybody" ? true : whom === (personId ?? "room"));

/** The rule and the device that an alert's id begins with; both are in the book. */
function subjects(evidence: Evidence): ReadonlyMap<string, { readonly ruleId: string; readonly deviceId: string }> {
  return new Map(evidence.book.decided.map(({ effect }) => [effect.alert.id, effect.alert] as const));
}

function isAbout(
  { of, on, by, occasion, reason }: About,
  evidence: Evidence,
): (
  entry: Pick<LedgerEntry, "alertId" | "channelId" | "occasion"> & { readonly reason?: LedgerEntry["reason"] },
) => boolean {
  const known = subjects(evidence);
  const ids = on === undefined ? undefined : evidence.ids(on);
  return (entry) => {
    const subject = known.get(entry.alertId);
    if (of !== undefined && !(subject !== undefined && isMeant(of, subject.ruleId))) return false;
    if (ids !== undefined && !(subject !== undefined && ids.includes(subject.deviceId))) return false;
    if (by !== undefined && entry.channelId !== by) return false;
    if (occasion !== undefined && entry.occasion !== occasion) return false;
    return reason === undefined || entry.reason === reason;
  };
}

function show(entry: LedgerEntry, evidence: Evidence): string {
  const subject = subjects(evidence).get(entry.alertId);
  const of = subject === undefined ? entry.alertId : `${subject.ruleId} on ${subject.deviceId}`;
  const who = entry.personId ?? "room";
  const by = entry.channelId === null ? "" : ` by ${entry.channelId}`;
  const about = entry.about === "" ? "" : ` (${entry.about})`;
  return `${clockTime(entry.at, evidence)} ${who} ${entry.verdict}${by}: ${entry.occasion}, ${entry.reason}${about}, ${of}`;
}

function inShort({ of, on, by, occasion, reason }: About): string {
  const parts = [
    of === undefined ? "" : ` of ${of}`,
    on === undefined ? "" : ` on ${JSON.stringify(on)}`,
    by === undefined ? "" : ` by ${by}`,
    occasion === undefined ? "" : ` (${occasion})`,
    reason === undefined ? "" : ` as ${reason}`,
  ];
  return parts.join("");
}

export function judgeTold(expected: ExpectationOf<"told">, evidence: Evidence): string | undefined {
  const { told: whom, count, between } = expected;
  const { ledger } = evidence.book;
  const stretch = stretchOf(between, evidence);
  // why is said when it is queued, that it arrived when it is settled: both lines carry the message's key
  const reasons = new Map(
    ledger.filter(({ verdict }) => verdict === "queued").map((entry) => [keyOf(entry), entry.reason] as const),
  );
  const about = isAbout(expected, evidence);
  const found = ledger.filter((entry) => {
    if (entry.verdict !== "told" || !isTo(whom, entry.personId) || !isWithin(entry.at, stretch)) return false;
    return about(entry) || about({ ...entry, reason: reasons.get(keyOf(entry)) ?? entry.reason });
  });
  if (count === undefined ? found.length > 0 : found.length === count) return undefined;
  const wanted = `${whom} told${inShort(expected)} ${inWords(stretch, evidence)}`;
  const near = ledger.filter(({ personId }) => isTo(whom, personId));
  const shown = nearest(byNearness(near, stretch).map((entry) => show(entry, evidence)));
  return `expected ${wanted}${count === undefined ? ", was not" : ` ${count} times, was ${found.length} times`}; nearest: ${shown}`;
}

function keyOf({ messageKey, alertId, channelId, personId }: LedgerEntry): string {
  return `${messageKey} ${alertId} ${channelId} ${personId}`;
}

export function judgeNotTold(expected: ExpectationOf<"notTold">, evidence: Evidence): string | undefined {
  const { notTold: whom, reason, between, ...about } = expected;
  const { ledger } = evidence.book;
  const stretch = stretchOf(between, evidence);
  const near = ledger.filter(({ personId, at }) => isTo(whom, personId) && isWithin(at, stretch));
  const told = near.filter((entry) => entry.verdict === "told" && isAbout(about, evidence)(entry));
  if (told.length > 0) {
    return `expected ${whom} not told${inShort(about)} ${inWords(stretch, evidence)}, was: ${nearest(told.map((entry) => show(entry, evidence)))}`;
  }
  if (reason === undefined) return undefined;
  const said = near.some(
    (entry) =>
      (entry.verdict === "withheld" || entry.verdict === "withdrawn") && isAbout({ ...about, reason }, evidence)(entry),
  );
  if (said) return undefined;
  const instead = nearest(byNearness(near, stretch).map((entry) => show(entry, evidence)));
  return `expected the ledger to say why ${whom} was not told${inShort(about)}: ${reason}; nearest: ${instead}`;
}

/** What channels took, of those that are meant. */
function carried(
  expected: About & { readonly to?: string | undefined; readonly between?: [number, number] | undefined },
  evidence: Evidence,
): readonly Carried[] {
  const stretch = stretchOf(expected.between, evidence);
  const about = isAbout(expected, evidence);
  return evidence.book.carried.filter(({ at, channelId, address, message }) => {
    if (!isWithin(at, stretch) || (expected.to !== undefined && address !== expected.to)) return false;
    const ids = message.alerts.length > 0 ? message.alerts.map(({ id }) => id) : [""];
    return ids.some((alertId) => about({ alertId, channelId, occasion: message.occasion }));
  });
}

function showMessage({ at, channelId, address, message }: Carried, evidence: Evidence): string {
  return `${clockTime(at, evidence)} ${String(address)} by ${channelId}: ${message.occasion} “${message.title}”`;
}

export function judgeMessages(expected: ExpectationOf<"messages">, evidence: Evidence): string | undefined {
  const { atLeast = 0, atMost = Infinity } = expected.messages;
  const found = carried(expected, evidence);
  if (found.length >= atLeast && found.length <= atMost) return undefined;
  const wanted = found.length < atLeast ? `at least ${atLeast}` : `at most ${atMost}`;
  const to = expected.to === undefined ? "" : ` to ${expected.to}`;
  const when = inWords(stretchOf(expected.between, evidence), evidence);
  const shown = nearest(found.map((one) => showMessage(one, evidence)));
  return `expected ${wanted} messages${to}${inShort(expected)} ${when}, got ${found.length}: ${shown}`;
}

export function judgeSays(expected: ExpectationOf<"says">, evidence: Evidence): string | undefined {
  const found = carried(expected, evidence);
  const isSaid = found.some(({ message }) =>
    expected.says.every((word) => `${message.title}\n${message.text}`.includes(word)),
  );
  if (isSaid) return undefined;
  const shown = nearest(found.map((one) => `${showMessage(one, evidence)} ${JSON.stringify(one.message.text)}`));
  return `expected a message${inShort(expected)} that says ${expected.says.join(", ")}; nearest: ${shown}`;
}
