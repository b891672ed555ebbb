import type { DeviceKind } from "../kind.ts";

/** Every kind of device. Adding one: a folder beside this file, and one line here. */
const ALL: readonly DeviceKind[] = [];

export const DEVICE_KINDS: ReadonlyMap<string, DeviceKind> = new Map(ALL.map((kind) => [kind.id, kind]));
