import { z } from "zod";
import { ALERT_CHANGES, alertIdSchema, alertSchema } from "../alerting/alert.ts";
import { ledgerEntrySchema } from "../alerting/ledger.ts";
import { alertActionSchema, alertCareSchema, outcomeSchema } from "../alerting/response.ts";
import { teamRoleSchema } from "../alerting/rule.ts";
import { SEVERITIES, severitySchema } from "../alerting/severity.ts";
import { idSchema } from "../id.ts";
import { bilingualSchema } from "../text.ts";
import { commaListSchema, flagSchema, momentSchema, pageOf, pageQuery } from "./query.ts";
import { route } from "./route.ts";

const tag = "alerts";
const count = z.number().int().nonnegative();
const sentence = z.string().trim().min(1).max(2_000);
const target = z.number().int().nullable();

/** What a page needs to word an alert: the rule at the version that opened it, the device, and where it is now. */
export const alertItemSchema = z
  .strictObject({
    alert: alertSchema,
    /** How far the response is; null = it has only just opened. */
    care: alertCareSchema.nullable(),
    /** Null when that version is no longer there. */
    rule: z
      .strictObject({
        name: bilingualSchema,
        /** One line; `{point}`, `{device}`, `{place}` and names of points stand for what they were. */
        text: bilingualSchema,
        /** What to do; Markdown. */
        steps: bilingualSchema,
        role: teamRoleSchema,
        /** Whose outcome it takes to close it; null = anybody's with the right. */
        closedBy: teamRoleSchema.nullable(),
      })
      .nullable(),
    /** How soon somebody answers for it, is there, has mended it; ms, null = no such target. */
    targets: z.strictObject({ acknowledge: target, arrive: target, fix: target }),
    device: z.strictObject({ id: idSchema, name: z.string(), kind: z.string(), placeId: idSchema }).nullable(),
    /** From the top down to the device's place. */
    place: z.array(z.strictObject({ id: idSchema, name: z.string() })),
  })
  .meta({ id: "AlertItem" });
export type AlertItem = z.infer<typeof alertItemSchema>;

/** Something that was decided about an alert, and why. */
const alertChangeSchema = z
  .strictObject({
    key: z.string(),
    at: z.number().int(),
    change: z.enum(ALERT_CHANGES),
    severity: severitySchema,
    reason: z.string(),
  })
  .meta({ id: "AlertChange" });

const alertDetailSchema = z
  .strictObject({
    ...alertItemSchema.shape,
    /** In order of time, the newest 1,000 of each. */
    timeLine: z.strictObject({
      changes: z.array(alertChangeSchema),
      actions: z.array(alertActionSchema),
      ledger: z.array(ledgerEntrySchema),
    }),
    /** Names of the people that stand in it, by id. */
    names: z.record(z.string(), z.string()),
  })
  .meta({ id: "AlertDetail" });
export type AlertDetail = z.infer<typeof alertDetailSchema>;

const severityList = commaListSchema.pipe(z.array(severitySchema).min(1));
const nonEmptyList = commaListSchema.pipe(z.array(z.string().max(200)).min(1).max(100));

/** What a list of alerts may be narrowed to; lists are divided by commas. */
const alertFilterQuery = pageQuery.extend({
  active: flagSchema.optional(),
  acknowledged: flagSchema.optional(),
  suppressed: flagSchema.optional(),
  latched: flagSchema.optional(),
  severity: severityList.optional(),
  kind: nonEmptyList.optional(),
  rule: nonEmptyList.optional(),
  device: nonEmptyList.optional(),
  /** This place and everything below it. */
  in: idSchema.optional(),
  incident: z.string().max(200).optional(),
  assignee: idSchema.optional(),
  search: z.string().max(200).optional(),
  /** Opened at or after, and before. */
  from: momentSchema.optional(),
  to: momentSchema.optional(),
});

const params = z.strictObject({ id: alertIdSchema });
const deed = { tag, params, answer: { status: 201, schema: alertActionSchema } } as const;
const byCrew = { ...deed, access: { at: "alert", role: "crew" } } as const;

export const alertRoutes = {
  listAlerts: route({
    method: "GET",
    path: "/api/v1/alerts",
    tag,
    summary: "Alerts: active ones first, by severity and then newest; past ones newest first",
    description:
      "Each comes with what it takes to word it. `total` is counted up to 1,000. `search` looks in the rule's id and in " +
      "the device's id, name and tags. An alert belongs to the place where its device was when it opened.",
    access: { at: "anywhere", role: "viewer" },
    query: alertFilterQuery,
    answer: { status: 200, schema: pageOf(alertItemSchema).meta({ id: "AlertPage" }) },
  }),
  countAlerts: route({
    method: "GET",
    path: "/api/v1/alerts/counts",
    tag,
    summary: "Open alerts by severity",
    access: { at: "anywhere", role: "viewer" },
    query: z.strictObject({ in: idSchema.optional() }),
    answer: { status: 200, schema: z.record(z.enum(SEVERITIES), count).meta({ id: "AlertCounts" }) },
  }),
  getAlert: route({
    method: "GET",
    path: "/api/v1/alerts/:id",
    tag,
    summary: "One alert with its whole time line: what was decided, done and told, and why",
    access: { at: "alert", role: "viewer" },
    params,
    answer: { status: 200, schema: alertDetailSchema },
  }),
  acknowledgeAlert: route({
    ...deed,
    method: "POST",
    path: "/api/v1/alerts/:id/acknowledge",
    summary: "Answer for an alert",
    description:
      "Stops reminders and escalation until somebody has to be there. It counts from those who are told of it and from " +
      "the duty people, with the right at that place; from anybody else who may see the alert it is written down as seen.",
    access: { at: "alert", role: "viewer" },
  }),
  unacknowledgeAlert: route({
    ...byCrew,
    method: "POST",
    path: "/api/v1/alerts/:id/unacknowledge",
    summary: "Give the answer back: it escalates from the first step again",
  }),
  arriveAtAlert: route({
    ...byCrew,
    method: "POST",
    path: "/api/v1/alerts/:id/arrived",
    summary: "Say that one is there: the acknowledgement does not lapse",
  }),
  assignAlert: route({
    ...byCrew,
    method: "POST",
    path: "/api/v1/alerts/:id/assign",
    summary: "Give an alert to somebody, or to nobody: they are told, and nothing stops",
    body: z.strictObject({ personId: idSchema.nullable() }),
  }),
  commentOnAlert: route({
    ...byCrew,
    method: "POST",
    path: "/api/v1/alerts/:id/comment",
    summary: "Add a comment to the time line",
    body: z.strictObject({ text: sentence }),
  }),
  snoozeAlert: route({
    ...byCrew,
    method: "POST",
    path: "/api/v1/alerts/:id/snooze",
    summary: "Put reminders off until a time, at most a day ahead",
    body: z.strictObject({ until: momentSchema }),
  }),
  markAlertKnown: route({
    ...deed,
    method: "POST",
    path: "/api/v1/alerts/:id/known",
    summary: "Put everything off until a day, at most 30 days ahead: then it is told again",
    access: { at: "alert", role: "manager" },
    body: z.strictObject({ until: momentSchema, text: sentence }),
  }),
  closeAlert: route({
    ...byCrew,
    method: "POST",
    path: "/api/v1/alerts/:id/close",
    summary: "Say what it was; ends it while its condition is over",
    description:
      "An alert whose condition still holds stays open (409, with the reason), and so does one about a life in danger " +
      "while nobody can say whether it holds. Of one that is over already only the outcome is written down. A rule may " +
      "ask for somebody of a trade, such as the pharmacist (403).",
    body: z.strictObject({ outcome: outcomeSchema, text: sentence }),
  }),
};
