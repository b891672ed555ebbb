import { z } from "zod";
import { deviceSchema, newDeviceSchema } from "../device.ts";
import { CONNECTIONS } from "../device-state.ts";
import { idSchema } from "../id.ts";
import { flagSchema, idParams, nothing, pageOf, pageQuery } from "./query.ts";
import { route } from "./route.ts";

const tag = "devices";

const fields = newDeviceSchema.omit({ id: true }).shape;

/** The fields to change; those left out stay, with no default filled in. `placeId` moves the device. */
const deviceChangeSchema = z
  .strictObject({
    name: fields.name.optional(),
    placeId: fields.placeId.optional(),
    gatewayId: fields.gatewayId.unwrap().optional(),
    units: fields.units.unwrap().optional(),
    extraPoints: fields.extraPoints.unwrap().optional(),
    offlineAfterMs: fields.offlineAfterMs.unwrap().optional(),
    tags: fields.tags.unwrap().optional(),
    /** The version that was edited; may be given as `If-Match` instead. */
    version: z.number().int().optional(),
  })
  .meta({ id: "DeviceChange" });

const deviceFilterQuery = pageQuery.extend({
  search: z.string().max(200).optional(),
  kind: z.string().max(64).optional(),
  /** This place and everything below it. */
  in: idSchema.optional(),
  gatewayId: idSchema.optional(),
  connection: z.enum(CONNECTIONS).optional(),
  retired: flagSchema.optional(),
});

export const deviceRoutes = {
  listDevices: route({
    method: "GET",
    path: "/api/v1/devices",
    tag,
    summary: "Devices by search, kind, place, gateway or connection",
    access: { at: "anywhere", role: "viewer" },
    query: deviceFilterQuery,
    answer: { status: 200, schema: pageOf(deviceSchema).meta({ id: "DevicePage" }) },
  }),
  createDevice: route({
    method: "POST",
    path: "/api/v1/devices",
    tag,
    summary: "Register a device",
    access: { at: "anywhere", role: "manager" },
    body: newDeviceSchema,
    answer: { status: 201, schema: deviceSchema },
  }),
  getDevice: route({
    method: "GET",
    path: "/api/v1/devices/:id",
    tag,
    summary: "One device; its version is the ETag",
    access: { at: "device", role: "viewer" },
    params: idParams,
    answer: { status: 200, schema: deviceSchema },
  }),
  changeDevice: route({
    method: "PATCH",
    path: "/api/v1/devices/:id",
    tag,
    summary: "Edit or move a device; a conflict shows what is stored now",
    access: { at: "device", role: "manager" },
    params: idParams,
    body: deviceChangeSchema,
    answer: { status: 200, schema: deviceSchema },
  }),
  retireDevice: route({
    method: "DELETE",
    path: "/api/v1/devices/:id",
    tag,
    summary: "Retire a device: its credentials end, its history stays",
    description:
      "Its open alerts end as retired, never as mended; one that only a person may end is closed before (409).",
    access: { at: "device", role: "manager" },
    params: idParams,
    answer: { status: 204, schema: nothing },
  }),
};
