import type { Decoder } from "./decoder.ts";
import { takeReadings } from "./readings.ts";

/** `linli/v1/devices/{id}/telemetry`: `{"ts"?, "seq"?, "values"}`, flat, or an array of these as back-fill. */
export const decodeTelemetry: Decoder = (body, _topic, message) => takeReadings(body, message, true);
