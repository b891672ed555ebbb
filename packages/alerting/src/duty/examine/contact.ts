import type { Contact } from "@linli/model";
import { isOpenChannel, PAGE_CHANNEL, reachesPerson } from "../ways.ts";
import { type Examined, type Flaw, missing, refused, shown } from "./flaw.ts";

/** Whether a person can be reached when it matters: by something that is theirs, and that wakes them. */
export function reachFlaws(contact: Contact, { world }: Examined): Flaw[] {
  const ways = [...contact.urgent, ...contact.default].filter(({ channelId }) => isOpenChannel(channelId, world));
  if (ways.length === 0) return [shown("no-contact", "default", contact.id)];
  const personal = ways.filter(({ channelId }) => reachesPerson(channelId, world));
  if (personal.length === 0) return [refused("robot-only", "default", contact.id)];
  const isPage = (channelId: string) =>
    channelId === PAGE_CHANNEL ||
    world.arrangements.channel.some(({ id, type }) => id === channelId && type === PAGE_CHANNEL);
  return personal.every(({ channelId }) => isPage(channelId)) ? [shown("page-only", "default", contact.id)] : [];
}

export function contactFlaws(contact: Contact, examined: Examined): Flaw[] {
  const { world } = examined;
  const there = (id: string) => id === PAGE_CHANNEL || world.arrangements.channel.some((channel) => channel.id === id);
  const channels = (ways: Contact["default"]) => ways.map(({ channelId }) => channelId);
  return [
    ...(world.people.has(contact.id) ? [] : [refused("gone", "id", `person ${contact.id}`)]),
    ...missing("channel", channels(contact.default), "default", there),
    ...missing("channel", channels(contact.urgent), "urgent", there),
    ...reachFlaws(contact, examined),
  ];
}
