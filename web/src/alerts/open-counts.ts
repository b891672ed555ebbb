import { ROUTES } from "@linli/model";
import { queryOptions } from "@tanstack/react-query";
import { call } from "../client/client.ts";

export const openCountsQuery = queryOptions({
  queryKey: ["alerts", "counts"],
  queryFn: ({ signal }) => call(ROUTES.countAlerts, { query: {} }, signal),
});
