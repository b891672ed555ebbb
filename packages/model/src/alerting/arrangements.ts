import type { z } from "zod";
import {
  alertRouteSchema,
  channelSettingSchema,
  contactSchema,
  escalationSchema,
  rotaSchema,
  teamSchema,
} from "./duty.ts";
import { maintenanceSchema, silenceSchema } from "./muting.ts";

/** Everything that people arrange about who is told of what, by type. Each has an `id`, and versions in the store. */
export const ARRANGEMENT_SCHEMAS = {
  team: teamSchema,
  rota: rotaSchema,
  escalation: escalationSchema,
  route: alertRouteSchema,
  contact: contactSchema,
  channel: channelSettingSchema,
  silence: silenceSchema,
  maintenance: maintenanceSchema,
} as const;

export type ArrangementType = keyof typeof ARRANGEMENT_SCHEMAS;
export type Arrangement<T extends ArrangementType = ArrangementType> = z.infer<(typeof ARRANGEMENT_SCHEMAS)[T]>;

/** All of them as they stand, each type in order of id. */
export type Arrangements = { readonly [T in ArrangementType]: readonly Arrangement<T>[] };

export const NO_ARRANGEMENTS: Arrangements = {
  team: [],
  rota: [],
  escalation: [],
  route: [],
  contact: [],
  channel: [],
  silence: [],
  maintenance: [],
};
