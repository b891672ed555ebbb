import { createHash } from "node:crypto";
import type { DeviceEvent, DeviceState, NewDevice, Person, Place, PlaceLevel } from "@linli/model";
import { isLinliError } from "@linli/model";
import { expect } from "vitest";
import type { DeadLetter } from "../archive.ts";
import type { Author } from "../author.ts";
import type { StateStore } from "../port.ts";

export const NOW = Date.UTC(2026, 5, 1, 8);
export const author: Author = { id: "wang", type: "person", address: "10.0.0.7", at: NOW };
export const ALL = { limit: 1_000 };

export function at(time: number): Author {
  return { ...author, at: time };
}

export function place(id: string, level: PlaceLevel, parentId: string | null): Place {
  return { id, level, parentId, name: `${id} 号`, order: 0 };
}

export function device(id: string, more: Partial<NewDevice> = {}): NewDevice {
  const plain = { kind: "elevator", name: `Lift ${id}`, placeId: "b1", gatewayId: null };
  return { id, ...plain, units: {}, extraPoints: {}, offlineAfterMs: null, tags: {}, ...more };
}

/** street > east, west (communities) > compound c1 > buildings b1, b2; west has building w1. */
export async function plant(store: StateStore): Promise<void> {
  for (const one of [
    place("street", "subdistrict", null),
    place("east", "community", "street"),
    place("west", "community", "street"),
    place("c1", "compound", "east"),
    place("b1", "building", "c1"),
    place("b2", "building", "c1"),
    place("w1", "building", "west"),
  ]) {
    await store.registry.putPlace(one, author);
  }
}

export function sha256(token: string): Uint8Array {
  return createHash("sha256").update(token).digest();
}

export function person(id: string, more: Partial<Person> = {}): Person {
  return { id, name: id, grants: [], language: "zh-CN", createdAt: NOW, disabledAt: null, ...more };
}

export function state(deviceId: string, value: number, connection: DeviceState["connection"] = "online"): DeviceState {
  const points = { speed: { value, quality: "good" as const, observedAt: NOW, receivedAt: NOW } };
  return { deviceId, connection, connectionSince: NOW, lastSeenAt: NOW, points };
}

export function event(id: string, more: Partial<DeviceEvent> = {}): DeviceEvent {
  return { id, deviceId: "lift-1", type: "entrapment", observedAt: NOW, receivedAt: NOW, known: true, ...more };
}

export function letter(id: string, more: Partial<DeadLetter> = {}): DeadLetter {
  return {
    id,
    receivedAt: NOW,
    principal: "lift-1",
    topic: "linli/v1/devices/lift-1/telemetry",
    reason: "not-a-number",
    field: "speed",
    value: "fast",
    payload: Buffer.from('{"speed":"fast"}'),
    replayedAt: null,
    ...more,
  };
}

/** Fails unless the call is refused with this code; returns its message. */
export async function refusal(call: Promise<unknown>, code: Parameters<typeof isLinliError>[1]): Promise<string> {
  const error: unknown = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (isLinliError(error, code)) return error.message;
  throw new Error(`expected a refusal with ${code}, got ${String(error)}`, { cause: error });
}

/** Calls for page after page until there is no next one; fails when an item comes twice. */
export async function everyPage<T extends object>(
  read: (page: { limit: number; after?: string }) => Promise<{ items: readonly T[]; next: string | null }>,
  limit: number,
): Promise<T[]> {
  const items: T[] = [];
  for (let after: string | null | undefined; after !== null; ) {
    const page = await read(after === undefined ? { limit } : { limit, after });
    expect(page.items.length).toBeLessThanOrEqual(limit);
    items.push(...page.items);
    after = page.next;
  }
  return items;
}
