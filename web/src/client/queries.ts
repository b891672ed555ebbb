import { type Device, type DeviceState, ROUTES } from "@linli/model";
import { queryOptions } from "@tanstack/react-query";
import { call } from "./client.ts";

interface PageOf<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

async function allPages<T>(load: (after: string | undefined) => Promise<PageOf<T>>): Promise<T[]> {
  const all: T[] = [];
  let after: string | undefined;
  do {
    const page = await load(after);
    all.push(...page.items);
    after = page.next ?? undefined;
  } while (after !== undefined);
  return all;
}

export const whoQuery = queryOptions({
  queryKey: ["who"],
  queryFn: ({ signal }) => call(ROUTES.whoAmI, {}, signal),
  retry: false,
  staleTime: Number.POSITIVE_INFINITY,
});

export const placesQuery = queryOptions({
  queryKey: ["places"],
  queryFn: async ({ signal }) => (await call(ROUTES.listPlaces, {}, signal)).items,
});

export const kindsQuery = queryOptions({
  queryKey: ["kinds"],
  queryFn: async ({ signal }) => (await call(ROUTES.listKinds, {}, signal)).items,
  staleTime: Number.POSITIVE_INFINITY,
});

export const devicesQuery = queryOptions({
  queryKey: ["devices"],
  queryFn: ({ signal }) =>
    allPages<Device>((after) => call(ROUTES.listDevices, { query: { limit: 1_000, ...(after && { after }) } }, signal)),
});

/** Every state at one moment; from then on the live stream keeps them. */
export function loadStates(signal?: AbortSignal): Promise<DeviceState[]> {
  return allPages<DeviceState>((after) =>
    call(ROUTES.listStates, { query: { limit: 10_000, ...(after && { after }) } }, signal),
  );
}

export const platformQuery = queryOptions({
  queryKey: ["platform"],
  queryFn: ({ signal }) => call(ROUTES.getPlatform, {}, signal),
  refetchInterval: 10_000,
});
