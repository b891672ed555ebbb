import { z } from "zod";
import { idSchema } from "../id.ts";
import { alertIdSchema } from "./alert.ts";
import { severitySchema } from "./severity.ts";

/**
 * Alerts with one cause. `parent`: a gateway is away with all behind it; `common`: several fell silent together;
 * `redundancy`: the last of several that stand in for each other; `adjacent`: neighbours failed; `place`: same place,
 * same kind of trouble, told together. Open while any member is; a recurrence is a new one.
 */
export const INCIDENT_CAUSES = ["parent", "common", "redundancy", "adjacent", "place"] as const;

export const incidentSchema = z
  .strictObject({
    /** The same after every replay. */
    id: alertIdSchema,
    cause: z.enum(INCIDENT_CAUSES),
    /** Where it is: the gateway's place, the building, the site. */
    placeId: idSchema.nullable(),
    /** The parent's or the cause's own alert, if it has one. */
    parentAlertId: alertIdSchema.nullable(),
    severity: severitySchema,
    openedAt: z.number().int(),
    closedAt: z.number().int().nullable(),
    /** In the order in which they came. */
    members: z.array(
      z.strictObject({
        alertId: alertIdSchema,
        deviceId: idSchema,
        since: z.number().int(),
        overAt: z.number().int().nullable(),
      }),
    ),
  })
  .meta({ id: "Incident" });
export type Incident = z.infer<typeof incidentSchema>;
