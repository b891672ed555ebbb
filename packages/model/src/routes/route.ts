import type { z } from "zod";
import type { Role } from "../people.ts";

export type HttpMethod = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/**
 * What it takes to call a route.
 * - `public`: nothing.
 * - `signed-in`: anybody who is somebody.
 * - `anywhere`: the role at one place at least; the answer holds only what lies within the places where it is held.
 * - `device`, `place`: the role at the place of the device or place that `:id` names. What the caller may not even view
 *   is answered `not-found`, so that its existence does not show.
 * - `alert`, `incident`: the role at the place of the alert or incident that `:id` names, in the same way.
 * - `everywhere`: the role without a place.
 */
export type Access =
  | { readonly at: "public" }
  | { readonly at: "signed-in" }
  | {
      readonly at: "anywhere" | "everywhere" | "device" | "place" | "alert" | "incident";
      readonly role: Role;
      /** A device's own credential, or its gateway's, will do as well. */
      readonly orDevice?: true;
    };

/** A route as data: the server, its description and the client's types are all made from it. */
export interface Route {
  readonly method: HttpMethod;
  /** From the root, parameters as `:name`. */
  readonly path: string;
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  readonly access: Access;
  readonly params?: z.ZodType;
  readonly query?: z.ZodType;
  /** Absent: no body, or one that is not JSON (`consumes`). */
  readonly body?: z.ZodType;
  /** Media types of a body taken as bytes, unread by a schema. */
  readonly consumes?: readonly string[];
  /** The answer of success by its status. */
  readonly answer: { readonly status: 200 | 201 | 202 | 204; readonly schema: z.ZodType };
  /** Media types beside JSON that the answer may have. */
  readonly produces?: readonly string[];
  /** Largest body in bytes, where the server's usual bound does not do. */
  readonly maxBytes?: number;
}

/** Declares a route, keeping its exact types. */
export function route<const R extends Route>(spec: R): R {
  return spec;
}

type Part<R extends Route, Name extends "params" | "query" | "body"> = R[Name] extends z.ZodType
  ? { readonly [K in Name]: z.input<R[Name]> }
  : { readonly [K in Name]?: undefined };

/** What a client gives: `{ params, query, body }`, each as far as the route has it. */
export type RouteInput<R extends Route> = Part<R, "params"> & Part<R, "query"> & Part<R, "body">;

/** What a client gets on success. */
export type RouteOutput<R extends Route> = z.output<R["answer"]["schema"]>;

/** The path with its parameters filled in and escaped: `("/a/:id", {id: "x y"})` → `/a/x%20y`. */
export function fillPath(path: string, params: Readonly<Record<string, unknown>> = {}): string {
  return path.replaceAll(/:([A-Za-z]+)/g, (_, name: string) => encodeURIComponent(String(params[name])));
}
