import { z } from "zod";
import { alertSchema } from "../alerting/alert.ts";
import { numbersSchema, RULE_ID } from "../alerting/rule.ts";
import { ruleOverrideSchema, ruleVersionSchema } from "../alerting/rule-version.ts";
import { idSchema } from "../id.ts";
import { idParams, momentSchema, nothing, pageOf, pageQuery } from "./query.ts";
import { route } from "./route.ts";

const tag = "rules";
const ruleId = z.string().max(200).regex(RULE_ID);
const params = z.strictObject({ id: ruleId });
const versionParams = params.extend({ version: z.coerce.number<number | string>().int().min(1) });
const overrideParams = idParams.extend({ ruleId });
const reason = z.string().trim().min(1).max(500);
const problem = z.strictObject({ field: z.string(), value: z.unknown().optional(), message: z.string() });

/** A rule in force, with what stands beside it. */
const ruleStandingSchema = z
  .strictObject({
    /** Null when it was removed while a candidate was waiting. */
    current: ruleVersionSchema.nullable(),
    /** A new version of a life-safety rule, in shadow until it is promoted. */
    candidate: ruleVersionSchema.nullable(),
    /** Devices with numbers of their own, as far as the caller may see them. */
    overrides: z.number().int(),
  })
  .meta({ id: "RuleStanding" });
export type RuleStanding = z.infer<typeof ruleStandingSchema>;

/** Exactly one of the two. */
const written = {
  /** As JSON; a length of time is ms, or a text such as `90s`. */
  rule: z.record(z.string(), z.json()).optional(),
  /** The same as the text of a rule file. */
  yaml: z.string().max(200_000).optional(),
};

const checkedSchema = z.strictObject({
  /** The version that it has become; null after a dry run. */
  stored: ruleVersionSchema.nullable(),
  /** What may be meant so, and may not. */
  warnings: z.array(problem),
});

const statisticsSchema = z
  .strictObject({
    ruleId: z.string(),
    opened: z.number().int(),
    real: z.number().int(),
    nuisance: z.number().int(),
    known: z.number().int(),
    /** Of those that somebody judged, the part that was no nuisance; null = none was judged. */
    precision: z.number().nullable(),
    medianToAcknowledge: z.number().nullable(),
    medianToClear: z.number().nullable(),
  })
  .meta({ id: "RuleStatistics" });

const look = { tag, access: { at: "anywhere", role: "viewer" } } as const;
/** Rules hold for every device of a kind: they are changed by those who manage everywhere. */
const change = { tag, access: { at: "everywhere", role: "manager" } } as const;

export const ruleRoutes = {
  listRules: route({
    ...look,
    method: "GET",
    path: "/api/v1/rules",
    summary: "Every rule in force, and candidates; in order of id",
    query: z.strictObject({ kind: z.string().max(64).optional(), search: z.string().max(200).optional() }),
    answer: { status: 200, schema: z.strictObject({ items: z.array(ruleStandingSchema) }) },
  }),
  ruleStatistics: route({
    tag,
    access: { at: "everywhere", role: "viewer" },
    method: "GET",
    path: "/api/v1/rules/statistics",
    summary:
      "Per rule: how many alerts, how soon answered for and over, and what they were; the last 30 days by default",
    query: z.strictObject({ from: momentSchema.optional(), to: momentSchema.optional() }),
    answer: { status: 200, schema: z.strictObject({ items: z.array(statisticsSchema) }) },
  }),
  checkRule: route({
    ...look,
    method: "POST",
    path: "/api/v1/rules/check",
    summary: "Whether a rule could be saved; nothing is",
    description: "A rule that cannot is refused (400) with each place that is wrong: file, line and column of YAML.",
    body: z.strictObject(written),
    answer: { status: 200, schema: checkedSchema },
  }),
  getRule: route({
    ...look,
    method: "GET",
    path: "/api/v1/rules/:id",
    summary: "One rule; its newest version is the ETag",
    params,
    answer: { status: 200, schema: ruleStandingSchema },
  }),
  exportRule: route({
    ...look,
    method: "GET",
    path: "/api/v1/rules/:id/yaml",
    summary: "The rule in force as the text of a rule file",
    params,
    answer: { status: 200, schema: z.string() },
    produces: ["application/yaml"],
  }),
  listRuleVersions: route({
    ...look,
    method: "GET",
    path: "/api/v1/rules/:id/versions",
    summary: "Who changed a rule, when and why; newest first",
    params,
    query: pageQuery,
    answer: { status: 200, schema: pageOf(ruleVersionSchema).meta({ id: "RuleVersionPage" }) },
  }),
  getRuleVersion: route({
    ...look,
    method: "GET",
    path: "/api/v1/rules/:id/versions/:version",
    summary: "A rule as it was at one version",
    params: versionParams,
    answer: { status: 200, schema: ruleVersionSchema },
  }),
  putRule: route({
    ...change,
    method: "PUT",
    path: "/api/v1/rules/:id",
    summary: "Write or change a rule, as YAML or JSON; a conflict shows what is stored now",
    description:
      "Checked as by `check`. `version` is the newest one that was seen, 0 or left out for a new rule; it may be given as " +
      "`If-Match`. A new version of a life-safety rule runs in shadow beside the armed one until it is promoted. An armed " +
      "rule that would have told people of more than `LINLI_RULE_ALERTS_A_WEEK` alerts in the past seven days is refused " +
      "(400, at `start`) unless `anyway` says so; one of life safety is saved with a warning.",
    params,
    body: z.strictObject({
      ...written,
      version: z.number().int().min(0).optional(),
      reason,
      /** Arm it although it would tell people more often than a rule may. */
      anyway: z.boolean().optional(),
    }),
    answer: { status: 200, schema: checkedSchema },
  }),
  promoteRule: route({
    tag,
    access: { at: "everywhere", role: "admin" },
    method: "POST",
    path: "/api/v1/rules/:id/versions/:version/promote",
    summary: "Put a candidate in force in the place of the version that is armed",
    params: versionParams,
    answer: { status: 200, schema: ruleVersionSchema },
  }),
  removeRule: route({
    ...change,
    method: "DELETE",
    path: "/api/v1/rules/:id",
    summary: "Remove a rule: its open alerts end as changed, never as mended; of life safety as an administrator",
    params,
    query: z.strictObject({ reason }),
    answer: { status: 204, schema: nothing },
  }),
  listShadowAlerts: route({
    tag,
    access: { at: "anywhere", role: "manager" },
    method: "GET",
    path: "/api/v1/rules/:id/shadow-alerts",
    summary: "What a rule, or a candidate, in shadow would have raised; newest first",
    params,
    query: pageQuery,
    answer: { status: 200, schema: pageOf(alertSchema).meta({ id: "ShadowAlertPage" }) },
  }),
  listRuleOverrides: route({
    ...look,
    method: "GET",
    path: "/api/v1/rule-overrides",
    summary: "Numbers of rules that are others on single devices",
    query: z.strictObject({ rule: ruleId.optional(), device: idSchema.optional() }),
    answer: { status: 200, schema: z.strictObject({ items: z.array(ruleOverrideSchema) }) },
  }),
  putRuleOverride: route({
    tag,
    access: { at: "device", role: "manager" },
    method: "PUT",
    path: "/api/v1/devices/:id/rules/:ruleId/override",
    summary: "Give a device numbers of its own for a rule",
    params: overrideParams,
    body: z.strictObject({ params: numbersSchema, reason }),
    answer: { status: 200, schema: ruleOverrideSchema },
  }),
  removeRuleOverride: route({
    tag,
    access: { at: "device", role: "manager" },
    method: "DELETE",
    path: "/api/v1/devices/:id/rules/:ruleId/override",
    summary: "Let a device go by the rule's numbers again",
    params: overrideParams,
    query: z.strictObject({ reason: reason.optional() }),
    answer: { status: 204, schema: nothing },
  }),
};
