import { z } from "zod";
import { idParams } from "./query.ts";
import { route } from "./route.ts";

const shared = {
  method: "POST",
  tag: "push-in",
  access: { at: "device", role: "crew", orDevice: true },
  params: idParams,
  consumes: ["application/json"],
  maxBytes: 1_048_576,
  answer: { status: 202, schema: z.strictObject({ accepted: z.number().int() }) },
} as const;

export const pushInRoutes = {
  pushTelemetry: route({
    ...shared,
    path: "/api/v1/devices/:id/telemetry",
    summary: "Telemetry over HTTP: 202 means on disk",
    description:
      "The body is the MQTT contract's: `{ts?, seq?, values}`, flat `{point: value}`, or an array of these. The device's " +
      "own token (or its gateway's) will do as Bearer. What cannot be used becomes a dead letter, as over MQTT.",
  }),
  pushEvents: route({
    ...shared,
    path: "/api/v1/devices/:id/events",
    summary: "Events over HTTP, one or an array: 202 means on disk",
    description: "The body is the MQTT contract's: `{ts?, seq?, type, data?}`, or an array of these (at most 1,000).",
  }),
};
