import { join } from "node:path";
import { formatTopic, newDeviceSchema } from "@linli/model";
import { hashToken, newToken, openDataDir } from "@linli/runtime";
import { openSqliteState } from "@linli/stores";
import type { FloodConnection } from "@linli/testing";

const AUTHOR = { id: "bench", type: "system", at: 0 } as const;
/** Devices written in one transaction. */
const IMPORT_PIECE = 2_000;

const telemetry = (deviceId: string) => formatTopic({ type: "telemetry", deviceId });

/**
 * Registers devices in a data folder that nobody uses yet: each with a session of its own, or behind as many gateways as
 * there shall be connections. Returns who connects and what each publishes to.
 */
export async function seedFleet(dataDir: string, devices: number, connections: number): Promise<FloodConnection[]> {
  await openDataDir(dataDir);
  const state = await openSqliteState({ file: join(dataDir, "state.db") });
  const places = [{ id: "site", level: "subdistrict", parentId: null, name: "Site", order: 0 }] as const;
  const behindGateways = devices > connections;
  const gateways = behindGateways ? Array.from({ length: connections }, (_, n) => `gateway-${n}`) : [];
  const ids = Array.from({ length: devices }, (_, n) => `sensor-${n}`);
  const make = (id: string, kind: string, gatewayId: string | null) =>
    newDeviceSchema.parse({ id, kind, name: id, placeId: "site", gatewayId });
  const all = [
    ...gateways.map((id) => make(id, "gateway", null)),
    ...ids.map((id, n) => make(id, "environment-sensor", behindGateways ? `gateway-${n % connections}` : null)),
  ];
  const users = behindGateways ? gateways : ids;
  const tokens = new Map(users.map((id) => [id, newToken()]));
  for (let start = 0; start < all.length; start += IMPORT_PIECE) {
    const piece = all.slice(start, start + IMPORT_PIECE);
    const own = piece.flatMap(({ id }) => (tokens.has(id) ? [[id, hashToken(tokens.get(id) ?? "")] as const] : []));
    await state.registry.importBatch(
      { places: start === 0 ? places : [], devices: piece, tokenHashes: new Map(own) },
      AUTHOR,
    );
  }
  await state.registry.setMeta("birth", "empty");
  await state.close();
  return users.map((user, n) => ({
    user,
    password: tokens.get(user) ?? "",
    topics: behindGateways ? ids.filter((_, index) => index % connections === n).map(telemetry) : [telemetry(user)],
  }));
}
