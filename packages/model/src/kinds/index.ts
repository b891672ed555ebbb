import type { DeviceKind } from "../kind.ts";
import { elevator } from "./elevator/index.ts";
import { environmentSensor } from "./environment-sensor/index.ts";
import { gateway } from "./gateway/index.ts";
import { streetlight } from "./streetlight/index.ts";

/** Every kind of device. Adding one: a folder beside this file, and one line here. */
const ALL: readonly DeviceKind[] = [gateway, elevator, streetlight, environmentSensor];

export const DEVICE_KINDS: ReadonlyMap<string, DeviceKind> = new Map(ALL.map((kind) => [kind.id, kind]));
