import { z } from "zod";

/** A server's address; providers have others by region, and companies their own. */
export const serverSchema = z.url({ protocol: /^https?$/ }).max(500);

/** `path` on a server, with a query; the server may have a path of its own. */
export function endpoint(server: string, path: string, query: Readonly<Record<string, string>> = {}): string {
  const search = new URLSearchParams(query).toString();
  return `${server.replace(/\/+$/, "")}${path}${search === "" ? "" : `?${search}`}`;
}
