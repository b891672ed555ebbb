import { z } from "zod";
import { CONNECTIONS, deviceStateSchema } from "../device-state.ts";
import { idSchema } from "../id.ts";
import { commaListSchema, idParams, pageOf, pageQuery } from "./query.ts";
import { route } from "./route.ts";

const tag = "state";

export const stateRoutes = {
  getState: route({
    method: "GET",
    path: "/api/v1/devices/:id/state",
    tag,
    summary: "What is true of a device now: connection, last value of each point with quality and times",
    access: { at: "device", role: "viewer" },
    params: idParams,
    answer: { status: 200, schema: deviceStateSchema },
  }),
  listStates: route({
    method: "GET",
    path: "/api/v1/states",
    tag,
    summary: "The states of many devices, in the order of their ids",
    access: { at: "anywhere", role: "viewer" },
    query: pageQuery.extend({
      limit: z.coerce.number<number | string>().int().min(1).max(10_000).default(1_000),
      /** Ids, divided by commas. */
      ids: commaListSchema.optional(),
      kind: z.string().max(64).optional(),
      in: idSchema.optional(),
      connection: z.enum(CONNECTIONS).optional(),
    }),
    answer: { status: 200, schema: pageOf(deviceStateSchema).meta({ id: "StatePage" }) },
  }),
};
