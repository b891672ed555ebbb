import type { World } from "@linli/alerting";
import type { Message } from "@linli/model";
import { isUrgent } from "@linli/notifiers";
import type { QueuedMessage } from "@linli/stores";
import { type AddressLine, type Allowance, addressLine } from "./allowance.ts";
import { digestOf } from "./digest.ts";
import { namesOf, type Opened, type Senders } from "./senders.ts";

/** Begins the last error of what was over a rate limit. */
const HELD = "rate limit";
const MOST_IN_DIGEST = 100;

type OpenChannel = Exclude<Opened, { readonly refused: string }>;
type Some<T> = readonly [T, ...T[]];

/** One thing to be sent: a message as it was queued, or one that stands for several. */
export interface Letter {
  readonly message: Message;
  readonly members: Some<QueuedMessage>;
  readonly line: AddressLine;
  readonly address: unknown;
  readonly open: OpenChannel;
}

/** What is to happen to messages that are due; what is in none of these waits for a free place. */
export interface Sorted {
  readonly letters: Letter[];
  /** Over a limit, until then; each has taken a place that it does not need. */
  readonly held: { readonly members: Some<QueuedMessage>; readonly until: number }[];
  readonly refused: { readonly queued: QueuedMessage; readonly reason: string }[];
}

export interface Sorting {
  readonly senders: Senders;
  readonly allowance: Allowance;
  readonly world: World;
  readonly now: number;
  /** Takes a free place of a channel; false when there is none. */
  readonly takePlace: (channelId: string, urgent: boolean) => boolean;
}

const wasHeld = ({ lastError }: QueuedMessage) => lastError?.startsWith(HELD) === true;
export const heldError = (reason: string) => `${HELD}: ${reason}`;

/** Sorts what is due by what can be done with it. What is urgent comes first, and never into a digest. */
export function sortDue(due: readonly QueuedMessage[], sorting: Sorting): Sorted {
  const sorted: Sorted = { letters: [], held: [], refused: [] };
  for (const [first, ...rest] of byAddress(due)) {
    if (first !== undefined) sortAddress([first, ...rest], sorted, sorting);
  }
  return sorted;
}

function byAddress(due: readonly QueuedMessage[]): QueuedMessage[][] {
  return [...Map.groupBy(due, (queued) => addressLine(queued).key).values()];
}

function sortAddress(due: Some<QueuedMessage>, sorted: Sorted, sorting: Sorting): void {
  const [first] = due;
  const open = sorting.senders.of(first.channelId);
  if ("refused" in open) {
    for (const queued of due) sorted.refused.push({ queued, reason: open.refused });
    return;
  }
  const parsed = open.channel.address.safeParse(first.address);
  if (!parsed.success) {
    const reason = `not an address of ${open.channel.id}: ${namesOf(parsed.error.issues)}`;
    for (const queued of due) sorted.refused.push({ queued, reason });
    return;
  }
  const to = { line: addressLine(first), address: parsed.data, open };
  const urgent = due.filter(({ message }) => isUrgent(message));
  const others = due.filter(({ message }) => !isUrgent(message));
  for (const members of bundles(urgent, others, open)) {
    if (!sortOne(members, to, sorted, sorting)) return;
  }
}

/** What goes together: after an overflow all that is not urgent, unless a program reads it. */
function bundles(
  urgent: readonly QueuedMessage[],
  others: readonly QueuedMessage[],
  { channel }: OpenChannel,
): Some<QueuedMessage>[] {
  const singles = urgent.map((queued): Some<QueuedMessage> => [queued]);
  const [first, ...rest] = others;
  if (first === undefined) return singles;
  if (others.some(wasHeld) && channel.reaches !== "program") {
    return [...singles, [first, ...rest.slice(0, MOST_IN_DIGEST - 1)]];
  }
  return [...singles, ...others.map((queued): Some<QueuedMessage> => [queued])];
}

/** False when there is no place for it. */
function sortOne(
  members: Some<QueuedMessage>,
  to: Pick<Letter, "line" | "address" | "open">,
  { letters, held }: Sorted,
  { allowance, takePlace, world, now }: Sorting,
): boolean {
  const [first] = members;
  const urgent = isUrgent(first.message);
  if (!takePlace(first.channelId, urgent)) return false;
  const turn = allowance.take(to.line, to.open.channel.limits, now, urgent);
  if (turn.go)
    letters.push({ ...to, members, message: members.length > 1 ? digestOf(members, world, now) : first.message });
  else held.push({ members, until: turn.at });
  return true;
}
