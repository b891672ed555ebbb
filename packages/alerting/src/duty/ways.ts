import type { Contact, LedgerReason } from "@linli/model";
import type { Urgency, Way, World } from "./world.ts";

/** How a person is reached at a moment; without ways the reason says why not. */
export interface Reached {
  readonly ways: readonly Way[];
  readonly reason?: LedgerReason;
  /** What the reason is about: a channel, the end of the quiet hours. */
  readonly about?: string;
}

/** The web page itself: there without anybody setting it up. */
export const PAGE_CHANNEL = "page";

/** Whether it is set up and in use. */
export function isOpenChannel(channelId: string, { arrangements }: World): boolean {
  const setting = arrangements.channel.find(({ id }) => id === channelId);
  return setting === undefined ? channelId === PAGE_CHANNEL : setting.enabled;
}

/** Whether one named person reads it, rather than a room or a program. */
export function reachesPerson(channelId: string, world: World): boolean {
  const type = world.arrangements.channel.find(({ id }) => id === channelId)?.type ?? channelId;
  return type === PAGE_CHANNEL || world.reaches(type) === "person";
}

/** The local time at which quiet hours end, when they are now. */
function quietUntil({ quiet }: Contact, at: number): string | undefined {
  if (quiet === null || quiet.from === quiet.to) return undefined;
  const now = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(quiet.timeZone).toPlainTime();
  const clock = now.toString().slice(0, 5);
  const { from, to } = quiet;
  const isQuiet = from < to ? from <= clock && clock < to : clock >= from || clock < to;
  return isQuiet ? to : undefined;
}

/** The ways in the order in which they are tried: the first set of which anything is in use. */
function setsOf(contact: Contact, { severity, lifeSafety, urgent }: Urgency): readonly (readonly Way[])[] {
  return urgent || lifeSafety || severity === "critical" ? [contact.urgent, contact.default] : [contact.default];
}

/** Quiet hours bind only those who are not on duty, and never where life may be at risk. */
export function waysOf(personId: string, urgency: Urgency, at: number, world: World): Reached {
  const contact = world.arrangements.contact.find(({ id }) => id === personId);
  if (contact === undefined || !world.people.has(personId)) return { ways: [], reason: "no-contact", about: personId };
  const quiet = urgency.onDuty || urgency.lifeSafety ? undefined : quietUntil(contact, at);
  if (quiet !== undefined) return { ways: [], reason: "quiet-hours", about: `until ${quiet}` };
  const sets = setsOf(contact, urgency);
  const wanted = sets.flat();
  if (wanted.length === 0) return { ways: [], reason: "no-contact", about: personId };
  const open = sets.map((ways) => ways.filter(({ channelId }) => isOpenChannel(channelId, world)));
  const personal = open.find((ways) => ways.some(({ channelId }) => reachesPerson(channelId, world)));
  const ways = personal ?? open.find((set) => set.length > 0);
  if (ways !== undefined) return { ways };
  return { ways: [], reason: "no-channel", about: [...new Set(wanted.map(({ channelId }) => channelId))].join(", ") };
}
