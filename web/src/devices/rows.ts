import { CONNECTIONS, type Connection, type Device, type DeviceState, type Place } from "@linli/model";

/** A device as a list shows it. */
export interface DeviceRow {
  readonly device: Device;
  readonly state: DeviceState | undefined;
  readonly connection: Connection;
  readonly path: readonly Place[] | undefined;
}

export interface RowFilter {
  readonly in?: string | undefined;
  readonly q?: string | undefined;
  readonly kind?: string | undefined;
  readonly connection?: Connection | undefined;
}

/** The most troubling first; then by name. */
const TROUBLE: Readonly<Record<Connection, number>> = { offline: 0, late: 1, unknown: 2, sleeping: 3, online: 4 };

export function makeRows(
  devices: readonly Device[],
  states: ReadonlyMap<string, DeviceState>,
  paths: ReadonlyMap<string, readonly Place[]>,
): DeviceRow[] {
  return devices
    .map((device) => {
      const state = states.get(device.id);
      return { device, state, connection: state?.connection ?? ("unknown" as const), path: paths.get(device.placeId) };
    })
    .toSorted(
      (a, b) =>
        TROUBLE[a.connection] - TROUBLE[b.connection] ||
        a.device.name.localeCompare(b.device.name, "zh-CN", { numeric: true }),
    );
}

function isIn(row: DeviceRow, placeId: string | undefined): boolean {
  return placeId === undefined || (row.path?.some(({ id }) => id === placeId) ?? false);
}

function says(row: DeviceRow, words: readonly string[]): boolean {
  const text = [row.device.id, row.device.name, ...(row.path ?? []).map(({ name }) => name)].join(" ").toLowerCase();
  return words.every((word) => text.includes(word));
}

export function filterRows(rows: readonly DeviceRow[], filter: RowFilter): DeviceRow[] {
  const words = (filter.q ?? "").toLowerCase().split(/\s+/).filter(Boolean);
  return rows.filter(
    (row) =>
      isIn(row, filter.in) &&
      (filter.kind === undefined || row.device.kind === filter.kind) &&
      (filter.connection === undefined || row.connection === filter.connection) &&
      says(row, words),
  );
}

export function countConnections(rows: readonly DeviceRow[]): Record<Connection, number> {
  const counts = Object.fromEntries(CONNECTIONS.map((connection) => [connection, 0])) as Record<Connection, number>;
  for (const { connection } of rows) counts[connection]++;
  return counts;
}

/** Devices at each place and below it, and how many of them are neither online nor asleep. */
export function countPlaces(rows: readonly DeviceRow[]): Map<string, { total: number; unwell: number }> {
  const counts = new Map<string, { total: number; unwell: number }>();
  for (const { path, connection } of rows) {
    const unwell = connection === "online" || connection === "sleeping" ? 0 : 1;
    for (const { id } of path ?? []) {
      const count = counts.get(id) ?? { total: 0, unwell: 0 };
      counts.set(id, { total: count.total + 1, unwell: count.unwell + unwell });
    }
  }
  return counts;
}
