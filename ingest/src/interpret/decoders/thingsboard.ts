import type { Decoder } from "./decoder.ts";
import { takeReadings } from "./readings.ts";

/**
 * The ThingsBoard device API: `{"key": value}`, `{"ts", "values"}`, or an array of either; attributes are flat.
 * Source: thingsboard.io/docs/reference/mqtt-api, "Telemetry upload API" and "Attributes API".
 */
export const decodeThingsBoard: Decoder = (body, _topic, message) => takeReadings(body, message, false);
