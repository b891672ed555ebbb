import { localClient, newToken, type ProcessStatus, socketPath } from "@linli/runtime";
import { RawClient } from "../../broker/src/test-support/raw-client.ts";
import { eventually, type Platform } from "./platform.ts";

export type { RawClient };

/** Calls the API for its body; an answer that is no success is an error. */
export async function demand<T>(platform: Platform, method: string, path: string, body?: unknown): Promise<T> {
  const answer = await platform.api(method, path, body);
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body as T;
}

/** What a process says of itself at this moment. */
export async function statusOf<T>({ dataDir }: Platform, name: string): Promise<ProcessStatus<T>> {
  const client = localClient(socketPath(dataDir, name));
  try {
    return (await client.call("status")) as ProcessStatus<T>;
  } finally {
    client.close();
  }
}

interface Enrolment {
  /** Made when it is not there, as a subdistrict of its own. */
  readonly placeId: string;
  readonly ids: readonly string[];
  readonly kind?: string;
}

/** Registers devices in a place and answers their tokens by id. */
export async function enrol(platform: Platform, enrolment: Enrolment): Promise<Map<string, string>> {
  const { placeId, ids, kind = "environment-sensor" } = enrolment;
  const known = await demand<{ items: { id: string }[] }>(platform, "GET", "/api/v1/places");
  if (!known.items.some(({ id }) => id === placeId)) {
    const place = { level: "subdistrict", parentId: null, name: placeId };
    await demand(platform, "PUT", `/api/v1/places/${placeId}`, place);
  }
  const tokens = new Map(ids.map((id) => [id, newToken()]));
  const lines = [...tokens].map(([id, token]) => `${id},${kind},${id},${placeId},${token}`);
  await demand(platform, "POST", "/api/v1/devices/import", ["id,kind,name,placeId,token", ...lines, ""].join("\n"));
  return tokens;
}

/** A client that has said nothing yet. */
export function openClient({ mqtt }: Platform): RawClient {
  return new RawClient(mqtt);
}

interface Login {
  readonly username: string;
  readonly password: string;
  readonly clientId?: string;
  readonly clean?: boolean;
}

/** A client that is logged in; the broker may still be coming back. */
export function loggedIn(platform: Platform, login: Login): Promise<RawClient> {
  return eventually(`${login.username} is let in`, async () => {
    const client = openClient(platform);
    if ((await client.login(login)) === 0) return client;
    client.socket.destroy();
    return undefined;
  });
}
