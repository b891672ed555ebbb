import { z } from "zod";
import { placeSchema } from "../place.ts";
import { idParams, nothing } from "./query.ts";
import { route } from "./route.ts";

const tag = "places";

export const placeRoutes = {
  listPlaces: route({
    method: "GET",
    path: "/api/v1/places",
    tag,
    summary: "The place tree as a list, parents before children",
    description: "Whoever is scoped to a place sees it, what is below it, and the way up to the root.",
    access: { at: "anywhere", role: "viewer" },
    answer: { status: 200, schema: z.strictObject({ items: z.array(placeSchema) }) },
  }),
  putPlace: route({
    method: "PUT",
    path: "/api/v1/places/:id",
    tag,
    summary: "Create or replace a place",
    description: "Takes the role at the place and at its parent; a root takes it everywhere.",
    access: { at: "anywhere", role: "manager" },
    params: idParams,
    body: placeSchema.omit({ id: true }).meta({ id: "PlaceBody" }),
    answer: { status: 200, schema: placeSchema },
  }),
  removePlace: route({
    method: "DELETE",
    path: "/api/v1/places/:id",
    tag,
    summary: "Remove a place; a conflict while something is in it",
    access: { at: "place", role: "manager" },
    params: idParams,
    answer: { status: 204, schema: nothing },
  }),
};
