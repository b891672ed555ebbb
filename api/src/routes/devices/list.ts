import { type Connection, type Device, ROUTES } from "@linli/model";
import type { DeviceFilter, Page, PageRequest } from "@linli/stores";
import type { FastifyInstance } from "fastify";
import { narrow, scopeOf } from "../../access/scope.ts";
import { scanPage } from "../../paging.ts";
import type { Parts } from "../../parts.ts";
import { serve } from "../../serve.ts";

function find(parts: Parts, filter: DeviceFilter, connection: Connection | undefined, page: PageRequest) {
  if (connection === undefined) return parts.state.registry.devices(filter, page);
  // the connection is live, not in the store: found by going through what else matches
  const read = (request: PageRequest): Promise<Page<Device>> => parts.state.registry.devices(filter, request);
  return scanPage(read, (device) => parts.live.of(device).connection === connection, page);
}

export function registerDeviceList(server: FastifyInstance, parts: Parts): void {
  serve(
    server,
    parts,
    ROUTES.listDevices,
    async ({ query, who }) => {
      const scope = narrow(parts.registry, scopeOf(who.grants, "viewer"), query.in);
      if (scope?.length === 0) return { items: [], next: null, total: 0 };
      const { limit, after, connection, search, kind, gatewayId, retired = false } = query;
      const filter = {
        retired,
        ...(scope && { placeIds: scope }),
        ...(search !== undefined && { search }),
        ...(kind !== undefined && { kind }),
        ...(gatewayId !== undefined && { gatewayId }),
      };
      const page = await find(parts, filter, connection, { limit, ...(after !== undefined && { after }) });
      return { ...page, items: [...page.items] };
    },
    { unchecked: true },
  );
}
