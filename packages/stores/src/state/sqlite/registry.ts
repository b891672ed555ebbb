import { setImmediate as yieldToOthers } from "node:timers/promises";
import type { Device } from "@linli/model";
import type { RegistryStore } from "../registry.ts";
import type { Connection } from "./connection.ts";
import { credentialsOf, endCredentials, issueCredential, revokeCredential, validCredentials } from "./credentials.ts";
import { afterText, pageOf } from "./cursor.ts";
import { deviceOf, findDevice, matching } from "./device-rows.ts";
import { createDevice, retireDevice, updateDevice } from "./devices.ts";
import { importBatch } from "./import.ts";
import { allPlaces, putPlace, removePlace } from "./places.ts";

/** What a large fleet has is read in parts, so that loading it never holds up the event loop for long. */
const ROWS_PER_PART = 2_000;

/** All rows by their id; `part` reads at most so many of those behind an id. */
async function inParts<T extends { readonly id: string }>(
  connection: Connection,
  part: (after: string, limit: number) => readonly T[],
): Promise<T[]> {
  const all: T[] = [];
  for (let after = ""; ; await yieldToOthers()) {
    const from = after;
    const rows = await connection.read(() => part(from, ROWS_PER_PART));
    for (const row of rows) all.push(row);
    const last = rows.at(-1);
    if (last === undefined || rows.length < ROWS_PER_PART) return all;
    after = last.id;
  }
}

function devicesAfter(connection: Connection, after: string, limit: number): Device[] {
  const query = connection.query.selectFrom("devices").selectAll().where("id", ">", after).orderBy("id");
  return connection.all(query.limit(limit)).map(deviceOf);
}

export function createRegistry(connection: Connection): RegistryStore {
  const { query } = connection;
  return {
    places: () => connection.read(() => allPlaces(connection)),
    putPlace: (place, author) => connection.write(() => putPlace(connection, place, author)),
    removePlace: (id, author) => connection.write(() => removePlace(connection, id, author)),

    device: (id) => connection.read(() => findDevice(connection, id)),
    devices: (filter, page) =>
      connection.read(() => {
        const chosen = matching(connection, filter);
        const total = connection.first(chosen.select(({ fn }) => fn.countAll<number>().as("count")))?.count ?? 0;
        const from = page.after === undefined ? chosen : chosen.where("id", ">", afterText(page.after));
        const rows = connection.all(
          from
            .selectAll()
            .orderBy("id")
            .limit(page.limit + 1),
        );
        return pageOf(rows, total, { limit: page.limit, key: (row) => [row.id], item: deviceOf });
      }),
    allDevices: () => inParts(connection, (after, limit) => devicesAfter(connection, after, limit)),
    createDevice: (device, author) => connection.write(() => createDevice(connection, device, author)),
    updateDevice: (id, version, change, author) =>
      connection.write(() => updateDevice(connection, { id, version, change }, author)),
    retireDevice: (id, author) => connection.write(() => retireDevice(connection, id, author)),
    importBatch: (batch, author) => connection.write(() => importBatch(connection, batch, author)),

    credentials: (deviceId) =>
      deviceId === undefined
        ? inParts(connection, (after, limit) => validCredentials(connection, after, limit))
        : connection.read(() => credentialsOf(connection, deviceId)),
    issueCredential: (deviceId, hash, expiresAt, author) =>
      connection.write(() => issueCredential(connection, { deviceId, hash, expiresAt }, author)),
    revokeCredential: (id, author) => connection.write(() => revokeCredential(connection, id, author)),
    rotateCredential: (deviceId, hash, oldEndsAt, author) =>
      connection.write(() => {
        endCredentials(connection, { deviceId, at: oldEndsAt }, author);
        return issueCredential(connection, { deviceId, hash, expiresAt: null }, author);
      }),

    meta: (key) =>
      connection.read(() => connection.first(query.selectFrom("meta").select("value").where("key", "=", key))?.value),
    setMeta: (key, value) =>
      connection.write(() => {
        const insert = query.insertInto("meta").values({ key, value });
        connection.run(insert.onConflict((conflict) => conflict.column("key").doUpdateSet({ value })));
      }),
  };
}
