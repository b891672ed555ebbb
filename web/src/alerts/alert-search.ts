import { type ROUTES, type RouteInput, severitySchema } from "@linli/model";
import { z } from "zod";

const text = z.string().optional().catch(undefined);

/** What the address of the list says; without a state it shows what is open. */
export const alertSearchSchema = z.object({
  state: z.enum(["all", "cleared"]).optional().catch(undefined),
  severity: severitySchema.optional().catch(undefined),
  acknowledged: z.boolean().optional().catch(undefined),
  kind: text,
  rule: text,
  incident: text,
  in: text,
  q: text,
});
export type AlertSearch = z.infer<typeof alertSearchSchema>;

type ListQuery = NonNullable<RouteInput<typeof ROUTES.listAlerts>["query"]>;

const ACTIVE = { open: "true", cleared: "false", all: undefined } as const;

/** Open ones come all at once, to be put in order; past ones come page by page. */
const OPEN_AT_ONCE = 1_000;
const PAST_AT_ONCE = 100;

/** The address's filters as the server takes them. */
export function listQuery(search: AlertSearch, after?: string): ListQuery {
  const { state = "open", acknowledged, q, ...same } = search;
  const active = ACTIVE[state];
  const given = {
    ...same,
    active,
    acknowledged: acknowledged === undefined ? undefined : (String(acknowledged) as "true" | "false"),
    search: q?.trim() || undefined,
    after,
  };
  const said = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  return { limit: state === "cleared" ? PAST_AT_ONCE : OPEN_AT_ONCE, ...said };
}

/** Whether anything but the state narrows the list. */
export function isNarrowed({ state: _state, ...filters }: AlertSearch): boolean {
  return Object.values(filters).some((value) => value !== undefined);
}
