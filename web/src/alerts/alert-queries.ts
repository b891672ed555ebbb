import { ROUTES } from "@linli/model";
import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { call } from "../client/client.ts";
import { type AlertSearch, listQuery } from "./alert-search.ts";

export const alertsQuery = (search: AlertSearch) =>
  infiniteQueryOptions({
    queryKey: ["alerts", "list", listQuery(search)],
    queryFn: ({ pageParam, signal }) => call(ROUTES.listAlerts, { query: listQuery(search, pageParam) }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
    placeholderData: keepPreviousData,
  });

export const alertQuery = (id: string) =>
  queryOptions({
    queryKey: ["alerts", "one", id],
    queryFn: ({ signal }) => call(ROUTES.getAlert, { params: { id } }, signal),
  });

/** Whom an alert may be given to. */
export const namesQuery = queryOptions({
  queryKey: ["names"],
  queryFn: async ({ signal }) => (await call(ROUTES.listNames, {}, signal)).items,
});
