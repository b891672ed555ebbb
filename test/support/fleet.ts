import { formatTopic } from "@linli/model";
import { newToken } from "@linli/runtime";
import { FIRST_SERIAL, RawPublisher } from "@linli/testing";
import type { Platform } from "./platform.ts";

export interface FleetOptions {
  readonly size: number;
  readonly qos: 1 | 2;
  readonly window: number;
  readonly firstAt: number;
  readonly members?: string;
  readonly prefix?: string;
  /** Called at each acknowledgement. */
  readonly onLatency?: (ms: number) => void;
}

/** Registers environment sensors with tokens of their own, in one place, and gives a publisher for each, by device. */
export async function createFleet(platform: Platform, options: FleetOptions): Promise<Map<string, RawPublisher>> {
  const { size, prefix = "load", ...rest } = options;
  const devices = Array.from({ length: size }, (_, n) => ({ id: `${prefix}-${n}`, token: newToken() }));
  await platform.api("PUT", "/api/v1/places/load", { level: "subdistrict", parentId: null, name: "Load" });
  const lines = devices.map(({ id, token }) => `${id},environment-sensor,${id},load,${token}`);
  const csv = ["id,kind,name,placeId,token", ...lines, ""].join("\n");
  const answer = await platform.api("POST", "/api/v1/devices/import", csv);
  if (answer.status >= 300) throw new Error(`the fleet was not imported: ${JSON.stringify(answer.body)}`);
  const publisher = (id: string, token: string) => {
    const topic = formatTopic({ type: "telemetry", deviceId: id });
    return new RawPublisher({ ...rest, port: platform.mqtt, deviceId: id, token, topic, stepMs: 1 });
  };
  return new Map(devices.map(({ id, token }) => [id, publisher(id, token)]));
}

interface Readings {
  readonly points: Readonly<Record<string, { readonly samples: readonly (readonly [number, number])[] }>>;
}

/** The serials of one device that are stored, as often as they are stored. */
export async function storedSerials(platform: Platform, deviceId: string, publisher: RawPublisher): Promise<number[]> {
  const from = publisher.timeOf(FIRST_SERIAL);
  const to = publisher.timeOf(FIRST_SERIAL + publisher.sent) + 1;
  const path = `/api/v1/devices/${deviceId}/readings?points=serial&from=${from}&to=${to}&limit=200000`;
  const { status, body } = await platform.api("GET", path);
  if (status !== 200) throw new Error(`readings of ${deviceId}: ${status} ${JSON.stringify(body)}`);
  return (body as Readings).points.serial?.samples.map(([, value]) => value) ?? [];
}
