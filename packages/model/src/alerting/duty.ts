import { z } from "zod";
import { durationSchema } from "../duration.ts";
import { idSchema } from "../id.ts";
import { timeZoneSchema } from "./recurring-window.ts";
import { teamRoleSchema } from "./rule.ts";
import { severitySchema } from "./severity.ts";

const name = z.string().trim().min(1).max(100);
const localTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "a local time such as 08:00");
const localDay = z.string().regex(/^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/, "a day such as 2026-11-23");

/** People of one trade for one part of the site. */
export const teamSchema = z
  .strictObject({
    id: idSchema,
    name,
    role: teamRoleSchema,
    /** This place and everything below it; null = everywhere. */
    placeId: idSchema.nullable(),
    members: z.array(idSchema).max(200),
    /** Who of them is on call; absent = all members are. */
    rotaId: idSchema.optional(),
    /** The desk that is manned around the clock: every chain ends there, every hole leads there. One per site. */
    desk: z.boolean().default(false),
    /** Rooms and programs told along with the people: channel and address. */
    rooms: z
      .array(z.strictObject({ channelId: idSchema, address: z.json() }))
      .max(10)
      .default([]),
  })
  .meta({ id: "Team" });
export type Team = z.infer<typeof teamSchema>;

/** Who is on call when: layers, a later one wins where it says somebody; overrides win over all. */
export const rotaSchema = z
  .strictObject({
    id: idSchema,
    name,
    timeZone: timeZoneSchema,
    layers: z
      .array(
        z.strictObject({
          people: z.array(idSchema).min(1).max(100),
          /** The first day of the first of them. */
          from: localDay,
          /** The shift changes at this local time. */
          handover: localTime,
          /** After so many days the next one takes over. */
          everyDays: z.number().int().min(1).max(31),
          /** Only these hours, OSM-like, such as `Mo-Fr 08:00-20:00`; absent = always. */
          hours: z.string().max(200).optional(),
        }),
      )
      .min(1)
      .max(10),
    overrides: z
      .array(z.strictObject({ personId: idSchema, from: z.number().int(), to: z.number().int() }))
      .max(500)
      .default([]),
  })
  .meta({ id: "Rota" });
export type Rota = z.infer<typeof rotaSchema>;

/** Whom a step tells. */
export const targetSchema = z.union([
  /** Those on call of the team that the alert is routed to. */
  z.strictObject({ onCall: z.literal(true) }),
  /** All of that team, on call or not. */
  z.strictObject({ members: z.literal(true) }),
  /** Those on call of another team. */
  z.strictObject({ team: idSchema }),
  z.strictObject({ person: idSchema }),
  /** The desk that is manned around the clock. */
  z.strictObject({ desk: z.literal(true) }),
]);
export type Target = z.infer<typeof targetSchema>;

/** Ordered steps; each is taken unless the alert was acknowledged or is over. */
export const escalationSchema = z
  .strictObject({
    id: idSchema,
    name,
    steps: z
      .array(
        z.strictObject({
          /** After the step before; of the first: after the alert opened. */
          after: durationSchema,
          targets: z.array(targetSchema).min(1).max(20),
          /** By which of each person's ways. */
          by: z.enum(["default", "urgent"]).default("default"),
        }),
      )
      .min(1)
      .max(10),
    /** After the last step: so long after each other, the last repeats. Empty = none. */
    reminders: z.array(durationSchema).max(10),
    /** Reminders end after so many (never for life safety). */
    mostReminders: z.number().int().min(0).max(100).default(12),
  })
  .meta({ id: "Escalation" });
export type Escalation = z.infer<typeof escalationSchema>;

/** Which alerts go to whom. The first that matches counts; none = the team of the rule's role nearest to the device. */
export const alertRouteSchema = z
  .strictObject({
    id: idSchema,
    /** Lower comes first. */
    order: z.number().int(),
    match: z.strictObject({
      severities: z.array(severitySchema).min(1).optional(),
      kinds: z.array(z.string()).min(1).optional(),
      rules: z.array(z.string()).min(1).optional(),
      /** This place and everything below it. */
      placeId: idSchema.optional(),
    }),
    teamId: idSchema,
    escalationId: idSchema.optional(),
  })
  .meta({ id: "AlertRoute" });
export type AlertRoute = z.infer<typeof alertRouteSchema>;

const way = z.strictObject({ channelId: idSchema, address: z.json() });

/** How a person is reached. Quiet hours never bind somebody on duty. */
export const contactSchema = z
  .strictObject({
    /** The person's. */
    id: idSchema,
    default: z.array(way).max(5),
    /** For critical alerts and for steps that ask for it; empty = `default`. */
    urgent: z.array(way).max(5).default([]),
    quiet: z.strictObject({ from: localTime, to: localTime, timeZone: timeZoneSchema }).nullable().default(null),
  })
  .meta({ id: "Contact" });
export type Contact = z.infer<typeof contactSchema>;

/** A channel as it was set up. `config` is the channel type's; its secrets are never given out again. */
export const channelSettingSchema = z
  .strictObject({
    id: idSchema,
    name,
    /** Such as `email`, `wecom-app`; `page` = the web page itself. */
    type: z.string().max(40),
    config: z.json(),
    enabled: z.boolean().default(true),
  })
  .meta({ id: "ChannelSetting" });
export type ChannelSetting = z.infer<typeof channelSettingSchema>;
