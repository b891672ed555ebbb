import { isDeepStrictEqual } from "node:util";
import type { Arrangement, Arrangements, ArrangementType, ChannelSetting } from "@linli/model";
import { CHANNELS, maskSecrets } from "@linli/notifiers";

const MASK = "••••••";

/** A channel and an address there, as it stands with a person or a team. */
interface Way {
  readonly channelId: string;
  readonly address: unknown;
}

function maskedConfig({ type, config }: ChannelSetting): ChannelSetting["config"] {
  const channel = CHANNELS.get(type);
  // of a type that is not known nobody can say what is secret
  return channel === undefined ? null : (maskSecrets(channel.config, config, MASK) as ChannelSetting["config"]);
}

function maskedAddress({ channelId, address }: Way, { channel }: Arrangements): unknown {
  const type = channel.find(({ id }) => id === channelId)?.type;
  const known = type === undefined ? undefined : CHANNELS.get(type);
  return known === undefined ? address : maskSecrets(known.address, address, MASK);
}

/** Every address in an arrangement replaced; the same object where there is none. */
function withAddresses<T extends object>(value: T, replace: (way: Way) => unknown): T {
  const changed: Record<string, unknown> = {};
  for (const field of ["rooms", "default", "urgent"] as const) {
    const ways = (value as Record<string, unknown>)[field];
    if (!Array.isArray(ways)) continue;
    changed[field] = ways.map((way: Way) => ({ ...way, address: replace(way) }));
  }
  return { ...value, ...changed };
}

function isChannel(type: ArrangementType, _value: object): _value is ChannelSetting {
  return type === "channel";
}

/** What may be shown: secrets masked; of a channel nothing of its setting to those who do not administer it. */
export function shown<T extends ArrangementType>(
  type: T,
  value: Arrangement<T>,
  { arrangements, isAdmin }: { readonly arrangements: Arrangements; readonly isAdmin: boolean },
): Arrangement<T> {
  if (isChannel(type, value)) return { ...value, config: isAdmin ? maskedConfig(value) : null };
  return withAddresses(value, (way) => maskedAddress(way, arrangements));
}

/** A mask where a secret stood is that secret again. */
function unmasked(given: unknown, stored: unknown): unknown {
  if (given === MASK && stored !== undefined) return stored;
  if (typeof given !== "object" || given === null || typeof stored !== "object" || stored === null) return given;
  const before = stored as Record<string, unknown>;
  if (Array.isArray(given)) return given.map((item, index) => unmasked(item, before[index]));
  return Object.fromEntries(Object.entries(given).map(([name, item]) => [name, unmasked(item, before[name])]));
}

function waysIn(value: object): readonly Way[] {
  const found: Way[] = [];
  withAddresses(value, (way) => found.push(way));
  return found;
}

/** The address that was shown masked, whole, when it is one of those known; a part of one is never put elsewhere. */
export function knownAddress(given: Way, known: readonly Way[], arrangements: Arrangements): unknown {
  const before = known.find(
    (way) => way.channelId === given.channelId && isDeepStrictEqual(maskedAddress(way, arrangements), given.address),
  );
  return before === undefined ? given.address : before.address;
}

/** All addresses that stand anywhere. */
export function addressesIn({ team, contact }: Pick<Arrangements, "team" | "contact">): Way[] {
  return [...team, ...contact].flatMap(waysIn);
}

/** What was sent, with the stored secrets where it has the masks that were shown in their place. */
export function withSecrets(
  type: ArrangementType,
  given: Readonly<Record<string, unknown>>,
  stored: { readonly value: object | undefined; readonly arrangements: Arrangements },
): Record<string, unknown> {
  const { value, arrangements } = stored;
  if (value === undefined) return { ...given };
  if (isChannel(type, value)) {
    const config = given["type"] === value.type ? unmasked(given["config"], value.config) : given["config"];
    return { ...given, config };
  }
  const known = waysIn(value);
  return withAddresses({ ...given }, (way) => knownAddress(way, known, arrangements));
}

/** Whether a mask is left: its secret has to be given again. */
export function hasMask(value: unknown): boolean {
  if (value === MASK) return true;
  return typeof value === "object" && value !== null && Object.values(value).some(hasMask);
}
