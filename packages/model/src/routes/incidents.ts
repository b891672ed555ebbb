import { z } from "zod";
import { alertIdSchema } from "../alerting/alert.ts";
import { incidentSchema } from "../alerting/incident.ts";
import { idSchema } from "../id.ts";
import { alertItemSchema } from "./alerts.ts";
import { flagSchema, pageOf, pageQuery } from "./query.ts";
import { route } from "./route.ts";

const tag = "incidents";

export const incidentRoutes = {
  listIncidents: route({
    method: "GET",
    path: "/api/v1/incidents",
    tag,
    summary: "Alerts with one cause: open ones first, then newest",
    access: { at: "anywhere", role: "viewer" },
    query: pageQuery.extend({ open: flagSchema.optional(), in: idSchema.optional() }),
    answer: { status: 200, schema: pageOf(incidentSchema).meta({ id: "IncidentPage" }) },
  }),
  getIncident: route({
    method: "GET",
    path: "/api/v1/incidents/:id",
    tag,
    summary: "One incident with its members' alerts, at most 500, those that are still open first",
    access: { at: "incident", role: "viewer" },
    params: z.strictObject({ id: alertIdSchema }),
    answer: {
      status: 200,
      schema: z
        .strictObject({ incident: incidentSchema, alerts: z.array(alertItemSchema) })
        .meta({ id: "IncidentDetail" }),
    },
  }),
};
