import { environmentSensor } from "./environment-sensor.ts";
import type { ModelFactory } from "./model.ts";

/** How each kind of device behaves. Adding one: a file beside this one, and one line here. */
export const MODELS: ReadonlyMap<string, ModelFactory> = new Map<string, ModelFactory>([
  ["environment-sensor", environmentSensor],
]);
