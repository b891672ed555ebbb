import { ROUTES } from "@linli/model";
import type { EventFilter, PageRequest } from "@linli/stores";
import type { FastifyInstance } from "fastify";
import { covers, scopeOf } from "../../access/scope.ts";
import { scanPage } from "../../paging.ts";
import type { Parts } from "../../parts.ts";
import { serve } from "../../serve.ts";

interface EventQuery {
  readonly limit: number;
  readonly after?: string | undefined;
  readonly type?: string | undefined;
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

function split({ limit, after, type, from, to }: EventQuery): { filter: EventFilter; page: PageRequest } {
  const filter = {
    ...(type !== undefined && { type }),
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
  };
  return { filter, page: { limit, ...(after !== undefined && { after }) } };
}

export function registerEvents(server: FastifyInstance, parts: Parts): void {
  const { archive, watch } = parts.state;

  serve(server, parts, ROUTES.listEvents, async ({ query, who }) => {
    const scope = scopeOf(who.grants, "viewer");
    const { filter, page } = split(query);
    const full = query.deviceId === undefined ? filter : { ...filter, deviceId: query.deviceId };
    if (scope === null) {
      const { items, next, total } = await archive.events(full, page);
      return { items: [...items], next, total };
    }
    return scanPage(
      (request) => archive.events(full, request),
      ({ deviceId }) => {
        const device = parts.registry.device(deviceId);
        return device !== undefined && covers(parts.registry, scope, device.placeId);
      },
      page,
    );
  });

  serve(server, parts, ROUTES.listDeviceEvents, async ({ device, query }) => {
    const { filter, page } = split(query);
    const { items, next, total } = await archive.events({ ...filter, deviceId: device.id }, page);
    return { items: [...items], next, total };
  });

  serve(server, parts, ROUTES.listTransitions, async ({ device, query }) => {
    const items = await watch.transitions(device.id, query.limit, "connection");
    return { items: items.map((transition) => ({ ...transition, type: "connection" as const })) };
  });
}
