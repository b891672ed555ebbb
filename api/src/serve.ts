import type { Device, Incident, Route, RouteOutput } from "@linli/model";
import type { AlertRecord } from "@linli/stores";
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteShorthandOptions } from "fastify";
import type { z } from "zod";
import { authenticate, authorize } from "./access/guard.ts";
import type { Identity } from "./access/identity.ts";
import type { Parts } from "./parts.ts";

type Parsed<R extends Route, Name extends "params" | "query" | "body"> = R extends {
  readonly [K in Name]: infer Schema extends z.ZodType;
}
  ? z.output<Schema>
  : undefined;

/** One call of a route: its parsed input, who makes it, and what the route is about. */
export interface Call<R extends Route = Route> {
  readonly params: Parsed<R, "params">;
  readonly query: Parsed<R, "query">;
  readonly body: Parsed<R, "body">;
  readonly who: R["access"] extends { readonly at: "public" } ? Identity | undefined : Identity;
  readonly device: R["access"] extends { readonly at: "device" } ? Device : undefined;
  readonly alert: R["access"] extends { readonly at: "alert" } ? AlertRecord : undefined;
  readonly incident: R["access"] extends { readonly at: "incident" } ? Incident : undefined;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/** Answers with what the table promises, or has sent the reply itself. */
export type Handler<R extends Route> = (call: Call<R>) => Promise<RouteOutput<R> | FastifyReply>;

/** Large answers are written as they are: checking each value of them again would cost more than making them. */
export interface ServeOptions extends Pick<RouteShorthandOptions, "sse" | "config" | "exposeHeadRoute"> {
  readonly unchecked?: true;
}

/**
 * Registers a route of the table: who may call it, what it takes and what it answers all come from there.
 * The caller is found before the body is read; rights are checked before what it holds is.
 */
export function serve<const R extends Route>(
  server: FastifyInstance,
  parts: Parts,
  route: R,
  handler: Handler<R>,
  options: ServeOptions = {},
): void {
  const { unchecked, ...rest } = options;
  server.route({
    ...rest,
    method: route.method,
    url: route.path,
    ...(route.maxBytes !== undefined && { bodyLimit: route.maxBytes }),
    ...(unchecked && { serializerCompiler: () => (data: unknown) => JSON.stringify(data) }),
    schema: {
      tags: [route.tag],
      summary: route.summary,
      ...(route.description !== undefined && { description: route.description }),
      ...(route.params && { params: route.params }),
      ...(route.query && { querystring: route.query }),
      ...(route.body && { body: route.body }),
      response: { [route.answer.status]: route.answer.schema },
    },
    onRequest: async (request) => authenticate(parts, route, request),
    preValidation: async (request) => authorize(parts, route, request),
    handler: async (request, reply) => {
      const call = {
        params: request.params,
        query: request.query,
        body: request.body,
        who: request.who ?? undefined,
        device: request.device ?? undefined,
        alert: request.alert ?? undefined,
        incident: request.incident ?? undefined,
        request,
        reply,
      } as unknown as Call<R>;
      const answer = await handler(call);
      // a reply given back is awaited until it is sent: what comes of it is nothing more to send
      if (reply.sent) return reply;
      return reply.code(route.answer.status).send(answer);
    },
  });
}
