import { ROUTES, type RouteOutput } from "@linli/model";
import { CHANNELS } from "@linli/notifiers";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import type { Parts } from "../../parts.ts";
import { serve } from "../../serve.ts";

type ChannelType = RouteOutput<typeof ROUTES.listChannelTypes>["items"][number];

/** What is given, with what may be left out; marks of secrets stay. */
function describe(schema: z.ZodType): ChannelType["config"] {
  return z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as ChannelType["config"];
}

/** What a form for a channel is made from. */
export function registerChannelTypes(server: FastifyInstance, parts: Parts): void {
  const items = [...CHANNELS.values()].map(({ id, label, reaches, config, address }): ChannelType => {
    return { id, label, reaches, config: describe(config), address: describe(address) };
  });
  serve(server, parts, ROUTES.listChannelTypes, async () => ({ items }), { unchecked: true });
}
