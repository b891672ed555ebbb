import { z } from "zod";
import { drillSchema } from "../alerting/drill.ts";
import { ledgerEntrySchema } from "../alerting/ledger.ts";
import { RULE_ID } from "../alerting/rule.ts";
import { severitySchema } from "../alerting/severity.ts";
import { idSchema } from "../id.ts";
import { alertItemSchema } from "./alerts.ts";
import { idParams, nothing, pageOf, pageQuery } from "./query.ts";
import { route } from "./route.ts";

const tag = "drills";
const duration = z.number().int().nullable();

/** One person in a drill; lengths of time in ms from its beginning, null = never. */
const drilledSchema = z.strictObject({
  personId: z.string(),
  name: z.string(),
  /** Until the first message was accepted by a channel. */
  toldAfter: duration,
  acknowledgedAfter: duration,
  arrivedAfter: duration,
});

const drillReportSchema = z
  .strictObject({
    ...alertItemSchema.shape,
    people: z.array(drilledSchema),
    /** Messages that did not go through: the ways that would not have worked in earnest. */
    failed: z.array(ledgerEntrySchema),
    /** Who was not told, and why. */
    notTold: z.array(ledgerEntrySchema),
  })
  .meta({ id: "DrillReport" });
export type DrillReport = z.infer<typeof drillReportSchema>;

/** What more it takes is said in the descriptions: it depends on the device's place. */
const open = { tag, access: { at: "anywhere", role: "viewer" } } as const;

export const drillRoutes = {
  startDrill: route({
    ...open,
    method: "POST",
    path: "/api/v1/drills",
    summary: "Raise an alert that is marked as an exercise, and goes the way of a real one",
    description:
      "It takes a manager of the device's place. Only `people` are told, by their own channels; `null` tells everybody " +
      "whom the alert would reach in earnest, prepared or not. It ends by itself, or when somebody ends it.",
    body: z.strictObject({
      deviceId: idSchema,
      ruleId: z.string().regex(RULE_ID),
      /** The rule's highest unless given. */
      severity: severitySchema.optional(),
      people: drillSchema.shape.people,
      minutes: z.number().int().min(1).max(240).default(15),
      note: drillSchema.shape.note.default(""),
    }),
    answer: { status: 202, schema: z.strictObject({ alertId: z.string() }) },
  }),
  listDrills: route({
    ...open,
    method: "GET",
    path: "/api/v1/drills",
    summary: "Drills, those under way first, then the newest",
    query: pageQuery,
    answer: { status: 200, schema: pageOf(alertItemSchema).meta({ id: "DrillPage" }) },
  }),
  getDrill: route({
    tag,
    access: { at: "alert", role: "viewer" },
    method: "GET",
    path: "/api/v1/drills/:id",
    summary: "Who was told how soon, who answered how soon, and which ways did not work",
    params: idParams.extend({ id: z.string().regex(/^DRILL-[A-Za-z0-9-]{1,40}$/) }),
    answer: { status: 200, schema: drillReportSchema },
  }),
  endDrill: route({
    tag,
    access: { at: "alert", role: "manager" },
    method: "POST",
    path: "/api/v1/drills/:id/end",
    summary: "End a drill now; nothing when it is over already",
    params: idParams.extend({ id: z.string().regex(/^DRILL-[A-Za-z0-9-]{1,40}$/) }),
    answer: { status: 204, schema: nothing },
  }),
};
