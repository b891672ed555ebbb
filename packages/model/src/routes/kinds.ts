import { z } from "zod";
import { kindDescriptionSchema } from "../kind-description.ts";
import { route } from "./route.ts";

const tag = "kinds";
const access = { at: "signed-in" } as const;

export const kindRoutes = {
  listKinds: route({
    method: "GET",
    path: "/api/v1/kinds",
    tag,
    summary: "Every kind of device: points, events, faults, commands",
    access,
    answer: { status: 200, schema: z.strictObject({ items: z.array(kindDescriptionSchema) }) },
  }),
  getKind: route({
    method: "GET",
    path: "/api/v1/kinds/:id",
    tag,
    summary: "One kind",
    access,
    params: z.strictObject({ id: z.string().max(64) }),
    answer: { status: 200, schema: kindDescriptionSchema },
  }),
};
