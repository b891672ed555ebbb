import { z } from "zod";
import { statsSchema } from "../stats.ts";
import { route } from "./route.ts";

/** Something of ours that is not well. */
const faultDescriptionSchema = z
  .strictObject({ code: z.string(), subject: z.string(), detail: z.string(), since: z.number().int() })
  .meta({ id: "PlatformFault" });

const platformSchema = z
  .strictObject({
    ok: z.boolean(),
    faults: z.array(faultDescriptionSchema),
    processes: statsSchema.shape.processes,
  })
  .meta({ id: "Platform" });

const healthSchema = z.strictObject({ status: z.literal("ok") });
const readinessSchema = z.strictObject({
  ready: z.boolean(),
  waitingFor: z.array(z.string()),
  /** Works, yet not as it should; what it is about is told to those who may see the platform. */
  degraded: z.array(faultDescriptionSchema.pick({ code: true, subject: true, since: true })),
});
const tag = "platform";

export const platformRoutes = {
  getStats: route({
    method: "GET",
    path: "/api/v1/stats",
    tag,
    summary: "What flows: journal, archive, watch, open alerts by severity, devices by connection, processes",
    description: "Alerts and devices are counted within the caller's places; the rest is the platform's.",
    access: { at: "anywhere", role: "viewer" },
    answer: { status: 200, schema: statsSchema },
  }),
  getPlatform: route({
    method: "GET",
    path: "/api/v1/platform",
    tag,
    summary: "What is wrong with Linli itself, and how its processes are",
    access: { at: "anywhere", role: "viewer" },
    answer: { status: 200, schema: platformSchema },
  }),
  health: route({
    method: "GET",
    path: "/healthz",
    tag,
    summary: "This process answers",
    access: { at: "public" },
    answer: { status: 200, schema: healthSchema },
  }),
  readiness: route({
    method: "GET",
    path: "/readyz",
    tag,
    summary: "Whether every part works; 503 names those that do not, `degraded` what is wrong with those that do",
    access: { at: "public" },
    answer: { status: 200, schema: readinessSchema },
  }),
};
