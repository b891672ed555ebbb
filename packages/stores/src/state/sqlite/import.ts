import { PLACE_LEVELS } from "@linli/model";
import type { Author } from "../author.ts";
import type { ImportBatch } from "../registry.ts";
import type { Connection } from "./connection.ts";
import { issueCredential } from "./credentials.ts";
import { createDevice } from "./devices.ts";
import { putPlace } from "./places.ts";

/** Parents before children and gateways before what is behind them, whatever the order in the file. */
export function importBatch(connection: Connection, batch: ImportBatch, author: Author) {
  const places = batch.places.toSorted((a, b) => PLACE_LEVELS.indexOf(a.level) - PLACE_LEVELS.indexOf(b.level));
  const devices = batch.devices.toSorted((a, b) => Number(a.gatewayId !== null) - Number(b.gatewayId !== null));
  for (const place of places) putPlace(connection, place, author);
  for (const device of devices) createDevice(connection, device, author);
  for (const [deviceId, hash] of batch.tokenHashes) {
    issueCredential(connection, { deviceId, hash, expiresAt: null }, author);
  }
  return { places: places.length, devices: devices.length };
}
