import { z } from "zod";
import { ledgerEntrySchema } from "../alerting/ledger.ts";
import { recurringWindowSchema } from "../alerting/recurring-window.ts";
import { RULE_ID } from "../alerting/rule.ts";
import { severitySchema } from "../alerting/severity.ts";
import { idSchema } from "../id.ts";
import { bilingualSchema } from "../text.ts";
import { idParams, momentSchema, pageOf, pageQuery } from "./query.ts";
import { route } from "./route.ts";

const tag = "duty";
const newEntry = ledgerEntrySchema.omit({ seq: true });
const moment = z.number().int().nullable();

/** How one way of telling is doing, since the process that tells was started. */
const channelHealthSchema = z
  .strictObject({
    channelId: z.string(),
    waiting: z.number().int(),
    oldestAt: moment,
    deliveredAt: moment,
    failingSince: moment,
    lastError: z.string().nullable(),
    dead: z.boolean(),
  })
  .meta({ id: "ChannelHealth" });

const findingSchema = z
  .strictObject({ code: z.string(), subject: z.string(), detail: z.string() })
  .meta({ id: "DutyFinding" });

const stretch = { from: z.number().int(), to: z.number().int() };

/** Who is there when, and what is announced. Times: epoch ms; a stretch is cut at the ends of what was asked for. */
const dutyCalendarSchema = z
  .strictObject({
    shifts: z.array(
      z.strictObject({
        teamId: idSchema,
        teamName: z.string(),
        /** Everybody of a team without a rota; none = a hole, nobody answers. */
        people: z.array(z.string()),
        ...stretch,
      }),
    ),
    /** Not cut: when it really begins and ends. */
    windows: z.array(
      z.strictObject({ type: z.enum(["silence", "maintenance"]), id: idSchema, name: z.string(), ...stretch }),
    ),
    names: z.record(z.string(), z.string()),
  })
  .meta({ id: "DutyCalendar" });
export type DutyCalendar = z.infer<typeof dutyCalendarSchema>;

export const dutyRoutes = {
  dutyCalendar: route({
    method: "GET",
    path: "/api/v1/duty/calendar",
    tag,
    summary: "Who is on call when, and which silences and maintenance windows lie ahead",
    description: "The next seven days unless given, at most 62. Of the caller's places.",
    access: { at: "anywhere", role: "viewer" },
    query: z.strictObject({ from: momentSchema.optional(), to: momentSchema.optional() }),
    answer: { status: 200, schema: dutyCalendarSchema },
  }),
  previewWindow: route({
    method: "POST",
    path: "/api/v1/duty/windows/preview",
    tag,
    summary: "The next five times that a window would be open",
    access: { at: "signed-in" },
    body: recurringWindowSchema,
    answer: { status: 200, schema: z.strictObject({ items: z.array(z.strictObject(stretch)) }) },
  }),
  whatIf: route({
    method: "POST",
    path: "/api/v1/duty/what-if",
    tag,
    summary: "Who would be told if this rule were raised on this device now, and why others would not",
    description: "Answered by the same code that tells people, at this moment; nobody is told anything.",
    access: { at: "anywhere", role: "viewer" },
    body: z.strictObject({ ruleId: z.string().regex(RULE_ID), deviceId: idSchema, severity: severitySchema }),
    answer: {
      status: 200,
      schema: z.strictObject({ items: z.array(newEntry), names: z.record(z.string(), z.string()) }),
    },
  }),
  listFindings: route({
    method: "GET",
    path: "/api/v1/duty/findings",
    tag,
    summary: "Holes in who is arranged to be told, before the night they matter",
    access: { at: "anywhere", role: "manager" },
    answer: { status: 200, schema: z.strictObject({ items: z.array(findingSchema) }) },
  }),
  listLedger: route({
    method: "GET",
    path: "/api/v1/duty/ledger",
    tag,
    summary: "Who was told of what, and why others were not; newest first",
    description:
      "A page may hold fewer than asked for while `next` is not null. One may always look at one's own lines.",
    access: { at: "anywhere", role: "viewer" },
    query: pageQuery.extend({
      personId: idSchema.optional(),
      from: momentSchema.optional(),
      to: momentSchema.optional(),
    }),
    answer: { status: 200, schema: pageOf(ledgerEntrySchema).meta({ id: "LedgerPage" }) },
  }),
  listChannelHealth: route({
    method: "GET",
    path: "/api/v1/duty/channels",
    tag,
    summary: "How each channel is doing: what waits, since when it fails, its last error",
    access: { at: "anywhere", role: "manager" },
    answer: { status: 200, schema: z.strictObject({ items: z.array(channelHealthSchema) }) },
  }),
  listChannelTypes: route({
    method: "GET",
    path: "/api/v1/duty/channel-types",
    tag,
    summary: "Ways to tell people: what each takes to be set up, and its addresses, as JSON Schema",
    description: "Fields marked `secret` are never given out again once they were stored.",
    access: { at: "signed-in" },
    answer: {
      status: 200,
      schema: z.strictObject({
        items: z.array(
          z
            .strictObject({
              id: z.string(),
              label: bilingualSchema,
              /** One named person, a room of many, or a program. */
              reaches: z.enum(["person", "room", "program"]),
              config: z.record(z.string(), z.json()),
              address: z.record(z.string(), z.json()),
            })
            .meta({ id: "ChannelType" }),
        ),
      }),
    },
  }),
  testChannel: route({
    method: "POST",
    path: "/api/v1/duty/channels/:id/test",
    tag,
    summary: "Send one message that says it is a test",
    description: "To an address of one's own contact, or, as an administrator, to any.",
    access: { at: "signed-in" },
    params: idParams,
    body: z.strictObject({ address: z.json(), language: z.enum(["zh-CN", "en"]).optional() }),
    answer: {
      status: 200,
      schema: z.strictObject({ outcome: z.enum(["accepted", "unknown", "retry", "refused"]), detail: z.string() }),
    },
  }),
  reportCall: route({
    method: "POST",
    path: "/api/v1/duty/channels/:id/reports/:token",
    tag,
    summary: 'What became of a telephone call, by its provider: the key that says "mine" acknowledges',
    description:
      "JSON or form fields, as the channel's README says. The token is the channel's `reportToken`; without one, or with " +
      "another, the address does not exist.",
    access: { at: "public" },
    params: z.strictObject({ id: idSchema, token: z.string().max(200) }),
    consumes: ["application/json", "application/x-www-form-urlencoded"],
    maxBytes: 65_536,
    answer: { status: 200, schema: z.unknown() },
  }),
};
