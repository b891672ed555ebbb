import type { Connection, Device, DeviceState, Place } from "@linli/model";
import { describe, expect, it } from "vitest";
import { countConnections, countPlaces, filterRows, makeRows } from "./rows.ts";

const place = (id: string, name: string): Place => ({ id, name, level: "space", parentId: null, order: 0 });
const PATHS = new Map([
  ["b1", [place("y", "南苑"), place("b1", "1 幢")]],
  ["b2", [place("y", "南苑"), place("b2", "2 幢")]],
]);

function device(id: string, name: string, placeId: string, kind = "elevator"): Device {
  const empty = { gatewayId: null, units: {}, extraPoints: {}, offlineAfterMs: null, tags: {}, retiredAt: null };
  return { ...empty, id, name, placeId, kind, version: 1, createdAt: 0 };
}
function state(deviceId: string, connection: Connection): [string, DeviceState] {
  return [deviceId, { deviceId, connection, connectionSince: 0, lastSeenAt: 0, points: {} }];
}
const ROWS = makeRows(
  [
    device("l1", "1 号梯", "b1"),
    device("l2", "2 号梯", "b2"),
    device("c1", "门口", "b1", "camera"),
    device("n", "新", "b2"),
  ],
  new Map([state("l1", "online"), state("l2", "offline"), state("c1", "late")]),
  PATHS,
);
const ids = (rows: typeof ROWS) => rows.map(({ device }) => device.id);

describe("device rows", () => {
  it("put trouble first and never take a device without a state for online", () => {
    expect(ids(ROWS)).toEqual(["l2", "c1", "n", "l1"]);
    expect(countConnections(ROWS)).toEqual({ online: 1, late: 1, offline: 1, sleeping: 0, unknown: 1 });
  });

  it("are found by place, kind, connection and words in any order", () => {
    expect(ids(filterRows(ROWS, { in: "b1" }))).toEqual(["c1", "l1"]);
    expect(ids(filterRows(ROWS, { kind: "camera" }))).toEqual(["c1"]);
    expect(ids(filterRows(ROWS, { connection: "offline" }))).toEqual(["l2"]);
    expect(ids(filterRows(ROWS, { q: "梯 南苑 2" }))).toEqual(["l2"]);
  });

  it("are counted at every place up to the root", () => {
    expect(countPlaces(ROWS).get("y")).toEqual({ total: 4, unwell: 3 });
    expect(countPlaces(ROWS).get("b1")).toEqual({ total: 2, unwell: 1 });
  });
});
