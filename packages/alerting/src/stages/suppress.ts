import { type Condition, DEVICE_KINDS, type Device, minutes, type Rule, seconds } from "@linli/model";
import type { Subject, World } from "../duty/world.ts";

/** Devices that fall silent within so long of one another may have one cause; what tells of them waits for it. */
export const CAUSE_WINDOW = seconds(120);
/** So much longer when the cause's own message is on its way. */
export const CAUSE_GRACE = seconds(60);
/** A child that was told so long before its parent is still the parent's. */
export const CHILD_BEFORE_PARENT = minutes(10);

const FEWEST = 3;
const SHARE = 1 / 4;
const SHORTEST_GRACE = minutes(2);
const LONGEST_GRACE = minutes(30);
/** Tags by which devices share a supply. */
const SUPPLY_TAGS = ["feeder", "circuit"] as const;

/** Whether a condition cannot hold of a device that speaks. */
function needsSilence(condition: Condition): boolean {
  if ("connection" in condition) return condition.connection.every((state) => state === "offline" || state === "late");
  if ("absent" in condition) return true;
  if ("all" in condition) return condition.all.some(needsSilence);
  if ("any" in condition) return condition.any.every(needsSilence);
  if ("count" in condition) return needsSilence(condition.count.of);
  if ("total" in condition) return needsSilence(condition.total.of);
  return false;
}

const known = new WeakMap<Rule, boolean>();

/** Whether a rule tells of silence: only such alerts may be withheld for a cause. */
export function tellsOfSilence(rule: Rule | undefined): boolean {
  if (rule === undefined) return false;
  let answer = known.get(rule);
  if (answer === undefined) {
    answer = rule.levels.every(({ when }) => needsSilence(when));
    known.set(rule, answer);
  }
  return answer;
}

/** What devices share and may lose together; the narrowest first. */
export interface Scope {
  readonly name: string;
  readonly placeId: string | null;
  /** How many devices share it; undefined when nobody counts them. */
  size(world: World): number | undefined;
}

function count(ids: Iterable<string>): number {
  let sum = 0;
  for (const _ of ids) sum++;
  return sum;
}

export function scopesOf(device: Device, placePath: readonly string[], world: World): Scope[] {
  const scopes: Scope[] = [];
  const { gatewayId, placeId } = device;
  if (gatewayId !== null) {
    scopes.push({ name: `gateway.${gatewayId}`, placeId, size: () => count(world.childrenOf(gatewayId)) });
  }
  for (const tag of SUPPLY_TAGS) {
    const line = device.tags[tag];
    if (line !== undefined) scopes.push({ name: `${tag}.${idPart(line)}`, placeId, size: () => undefined });
  }
  const building = placePath.find((id) => world.places.get(id)?.level === "building");
  if (building !== undefined) {
    scopes.push({ name: `building.${building}`, placeId: building, size: () => count(world.devicesAt(building)) });
  }
  return scopes;
}

/** Free text as part of an id. */
function idPart(text: string): string {
  const clean = text.replaceAll(/[^A-Za-z0-9_-]/g, (sign) => `_${sign.codePointAt(0)?.toString(36) ?? ""}`);
  return clean.slice(0, 60);
}

/** So many of `size` devices silent together are one cause. */
export function enoughFor(size: number | undefined): number {
  return Math.max(FEWEST, size === undefined ? 0 : Math.ceil(size * SHARE));
}

/** How long a device may take to be heard again once the cause is over. */
export function graceOf({ device }: Subject): number {
  const timeOut = device?.offlineAfterMs ?? DEVICE_KINDS.get(device?.kind ?? "")?.offlineAfter ?? SHORTEST_GRACE;
  return Math.min(LONGEST_GRACE, Math.max(SHORTEST_GRACE, timeOut));
}
