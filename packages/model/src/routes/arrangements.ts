import { z } from "zod";
import { ARRANGEMENT_SCHEMAS, type ArrangementType } from "../alerting/arrangements.ts";
import { idSchema } from "../id.ts";
import { nothing } from "./query.ts";
import { route } from "./route.ts";

const tag = "arrangements";

const types = Object.keys(ARRANGEMENT_SCHEMAS) as ArrangementType[];
const typeSchema = z.enum(types);
const anyArrangement = z.union(Object.values(ARRANGEMENT_SCHEMAS));

const stored = {
  version: z.number().int(),
  changedAt: z.number().int(),
  changedBy: z.string(),
};

/** One arrangement as it stands; secrets in it are `••••••`. */
const storedArrangementSchema = z.strictObject({ ...stored, value: anyArrangement }).meta({ id: "StoredArrangement" });
export type StoredArrangement = z.infer<typeof storedArrangementSchema>;

const params = z.strictObject({ type: typeSchema, id: idSchema });
const mutingParams = params.extend({ type: z.enum(["silence", "maintenance"]) });
/** What more it takes is said in the descriptions: it depends on the type and on the places that are meant. */
const open = { tag, access: { at: "anywhere", role: "viewer" } } as const;
const one = { status: 200, schema: storedArrangementSchema } as const;

export const arrangementRoutes = {
  listArrangements: route({
    ...open,
    method: "GET",
    path: "/api/v1/arrangements/:type",
    summary: "Teams, rotas, escalations, routes, contacts, channels, silences or maintenance",
    description:
      "Those that concern the caller's places, in order of id. Of contacts one's own, all of them for an administrator; " +
      "of channels the `config` is null for anybody but an administrator, and its secrets are never given out.",
    params: z.strictObject({ type: typeSchema }),
    answer: { status: 200, schema: z.strictObject({ items: z.array(storedArrangementSchema) }) },
  }),
  getArrangement: route({
    ...open,
    method: "GET",
    path: "/api/v1/arrangements/:type/:id",
    summary: "One arrangement; its version is the ETag",
    params,
    answer: one,
  }),
  putArrangement: route({
    ...open,
    method: "PUT",
    path: "/api/v1/arrangements/:type/:id",
    summary: "Arrange or change something; a conflict shows what is stored now",
    description:
      "It takes a manager at every place that it concerns (of a rota those of the teams that use it, of an escalation " +
      "those of the routes that use it), of a contact the person or an administrator, of a channel an administrator. " +
      "`version` is the one that was edited, 0 or left out for a new one; it may be given as `If-Match`. A secret that " +
      "is sent back as `••••••` stays what it was. Who made a silence or a maintenance, when, and whether it has ended " +
      "is set by the platform.",
    params,
    body: z.strictObject({
      value: z.record(z.string(), z.json()),
      version: z.number().int().min(0).optional(),
    }),
    answer: one,
  }),
  removeArrangement: route({
    ...open,
    method: "DELETE",
    path: "/api/v1/arrangements/:type/:id",
    summary: "Remove an arrangement that nothing else counts on; its versions stay",
    params,
    answer: { status: 204, schema: nothing },
  }),
  listArrangementVersions: route({
    ...open,
    method: "GET",
    path: "/api/v1/arrangements/:type/:id/versions",
    summary: "How it was, newest first; null = it was removed",
    params,
    answer: {
      status: 200,
      schema: z.strictObject({ items: z.array(z.strictObject({ ...stored, value: anyArrangement.nullable() })) }),
    },
  }),
  endArrangement: route({
    ...open,
    method: "POST",
    path: "/api/v1/arrangements/:type/:id/end",
    summary: "End a silence or a maintenance now; others that overlap go on",
    params: mutingParams,
    answer: one,
  }),
  confirmSilence: route({
    ...open,
    method: "POST",
    path: "/api/v1/arrangements/silence/:id/confirm",
    summary: "Confirm, as a second person, a silence that touches life safety",
    description:
      "Until then it withholds nothing that is about a life. It has to name one device and last at most four hours, and " +
      "takes a manager there who did not make it.",
    params: z.strictObject({ id: idSchema }),
    answer: one,
  }),
};
