import { z } from "zod";
import { idSchema } from "../id.ts";

const DRILL_MARK = "DRILL-";

/** What makes an alert an exercise: who is prepared for it. Nobody else is told. */
export const drillSchema = z
  .strictObject({
    /** People who know that one is coming; null = everybody is told, prepared or not, rooms and programs too. */
    people: z.array(idSchema).min(1).max(200).nullable(),
    /** Who started it. */
    by: z.string(),
    note: z.string().max(500),
  })
  .meta({ id: "Drill" });
export type Drill = z.infer<typeof drillSchema>;

/** Of a drill's alert. No rule's alert has such an id: rules have no hyphen in theirs. */
export function drillAlertId(drillId: string): string {
  return `${DRILL_MARK}${drillId}`;
}
