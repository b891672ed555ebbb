import fastifySwagger from "@fastify/swagger";
import { ROUTES, type Route } from "@linli/model";
import scalar from "@scalar/fastify-api-reference";
import type { FastifyInstance } from "fastify";
import { createJsonSchemaTransform, jsonSchemaTransformObject } from "fastify-type-provider-zod";

interface Operation {
  requestBody?: unknown;
  responses?: Record<string, { content?: Record<string, unknown> }>;
  security?: unknown;
}
interface Description {
  paths?: Record<string, Record<string, Operation>>;
}

const PROBLEM = { description: "What is wrong", content: { "application/problem+json": { schema: {} } } };

/** Adds what the schemas do not say: bodies taken as bytes, other media types, who may call, how refusals look. */
function complete(description: Description): void {
  for (const route of Object.values(ROUTES) as Route[]) {
    const path = route.path.replaceAll(/:([A-Za-z]+)/g, "{$1}");
    const operation = description.paths?.[path]?.[route.method.toLowerCase()];
    if (!operation) continue;
    operation.security = route.access.at === "public" ? [] : [{ token: [] }, { session: [] }];
    if (route.consumes) {
      const content = Object.fromEntries(route.consumes.map((type) => [type, { schema: {} }]));
      operation.requestBody = { required: true, content };
    }
    const answer = operation.responses?.[route.answer.status];
    for (const type of route.produces ?? []) if (answer) answer.content = { ...answer.content, [type]: { schema: {} } };
    operation.responses = { ...operation.responses, default: PROBLEM };
  }
}

const REFERENCE = "#/components/schemas/";

/** Any JSON value is a schema that names itself, which the generator places nowhere: "anything" says the same. */
function withoutLooseEnds<T extends object>(description: T): T {
  const { components } = description as { components?: { schemas?: Record<string, unknown> } };
  const known = new Set(Object.keys(components?.schemas ?? {}).map((name) => REFERENCE + name));
  return JSON.parse(JSON.stringify(description), (_key, value: unknown) => {
    const reference = (value as { $ref?: unknown } | null)?.$ref;
    return typeof reference === "string" && !known.has(reference) ? {} : value;
  }) as T;
}

/** The description, made from the same table as the routes: /api/v1/openapi.json, and to browse at /api/docs. */
export async function registerDescription(server: FastifyInstance): Promise<void> {
  await server.register(fastifySwagger, {
    openapi: {
      openapi: "3.1.1",
      info: { title: "Linli", version: "1", description: "Open facility monitoring for neighbourhoods." },
      components: {
        securitySchemes: {
          token: { type: "http", scheme: "bearer" },
          session: { type: "apiKey", in: "cookie", name: "linli_session" },
        },
      },
    },
    transform: createJsonSchemaTransform({ zodToJsonConfig: { unrepresentable: "any" } as never }),
    transformObject(document) {
      const object = withoutLooseEnds(jsonSchemaTransformObject(document));
      complete(object as unknown as Description);
      return object;
    },
  });
  server.get("/api/v1/openapi.json", { schema: { hide: true } }, async () => server.swagger());
  await server.register(scalar, {
    routePrefix: "/api/docs",
    configuration: {
      url: "/api/v1/openapi.json",
      withDefaultFonts: false,
      telemetry: false,
      agent: { disabled: true },
    },
    hooks: {
      onRequest(_request, reply, done) {
        // its page starts with a script of its own inside; nothing of ours is shown there
        const policy = "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'";
        reply.header("content-security-policy", `${policy}; img-src 'self' data: blob:; font-src 'self' data:`);
        done();
      },
    },
  });
}
