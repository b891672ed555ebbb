import { z } from "zod";
import { connectionSchema } from "../device-state.ts";
import { eventSchema } from "../event.ts";
import { idSchema } from "../id.ts";
import { idParams, momentSchema, pageOf, pageQuery } from "./query.ts";
import { route } from "./route.ts";

const tag = "events";
const eventQuery = pageQuery.extend({
  type: z.string().max(64).optional(),
  from: momentSchema.optional(),
  to: momentSchema.optional(),
});
const eventPage = pageOf(eventSchema).meta({ id: "EventPage" });

/** A change of a device's connection. */
const transitionSchema = z
  .strictObject({
    key: z.string(),
    type: z.literal("connection"),
    deviceId: idSchema,
    at: z.number().int(),
    data: z.looseObject({ from: connectionSchema, to: connectionSchema, reason: z.string() }).partial(),
  })
  .meta({ id: "Transition" });

export const eventRoutes = {
  listEvents: route({
    method: "GET",
    path: "/api/v1/events",
    tag,
    summary: "Events of all devices, newest first",
    access: { at: "anywhere", role: "viewer" },
    query: eventQuery.extend({ deviceId: idSchema.optional() }),
    answer: { status: 200, schema: eventPage },
  }),
  listDeviceEvents: route({
    method: "GET",
    path: "/api/v1/devices/:id/events",
    tag,
    summary: "Events of one device, newest first",
    access: { at: "device", role: "viewer" },
    params: idParams,
    query: eventQuery,
    answer: { status: 200, schema: eventPage },
  }),
  listTransitions: route({
    method: "GET",
    path: "/api/v1/devices/:id/transitions",
    tag,
    summary: "When a device was online, late, offline; newest first",
    access: { at: "device", role: "viewer" },
    params: idParams,
    query: z.strictObject({ limit: z.coerce.number<number | string>().int().min(1).max(1_000).default(100) }),
    answer: { status: 200, schema: z.strictObject({ items: z.array(transitionSchema) }) },
  }),
};
