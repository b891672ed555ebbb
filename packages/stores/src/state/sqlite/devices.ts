import { type Device, LinliError, type NewDevice } from "@linli/model";
import type { Author } from "../author.ts";
import { GATEWAY_KIND } from "../registry.ts";
import type { Connection } from "./connection.ts";
import { endCredentials } from "./credentials.ts";
import { columnsOf, findDevice, insertDevice } from "./device-rows.ts";
import { findPlace } from "./places.ts";
import { audit, differences, tell } from "./trail.ts";

function invalid(field: string, value: unknown, message: string): LinliError {
  return new LinliError("invalid", message, { problems: [{ field, value, message }] });
}

function checkPlace(connection: Connection, device: NewDevice): void {
  if (!findPlace(connection, device.placeId))
    throw invalid("placeId", device.placeId, `device ${device.id}: there is no place ${device.placeId}`);
}

/** One level of gateways: who publishes for others has nobody who publishes for it. */
function checkGateway(connection: Connection, device: NewDevice): void {
  const { id, gatewayId } = device;
  if (gatewayId === null) return;
  const problem = (message: string) => invalid("gatewayId", gatewayId, `device ${id}: ${message}`);
  if (device.kind === GATEWAY_KIND) throw problem("a gateway cannot be behind another gateway");
  const gateway = findDevice(connection, gatewayId);
  if (!gateway) throw problem(`there is no gateway ${gatewayId}`);
  if (gateway.kind !== GATEWAY_KIND) throw problem(`${gatewayId} is a ${gateway.kind}, not a gateway`);
  if (gateway.retiredAt !== null) throw problem(`gateway ${gatewayId} is retired`);
}

function tellDevice(connection: Connection, device: Device, action: string, author: Author): void {
  const { id, kind, placeId, version } = device;
  tell(connection, { topic: "device", id, at: author.at, data: { action, kind, placeId, version } });
}

/** Belongs into a write transaction, like everything below. */
export function createDevice(connection: Connection, device: NewDevice, author: Author): Device {
  const taken = findDevice(connection, device.id);
  if (taken) {
    const why =
      taken.retiredAt === null
        ? "exists already"
        : `was retired on ${new Date(taken.retiredAt).toISOString()} and its history keeps the id: choose another`;
    throw new LinliError("conflict", `device ${device.id} ${why}`, {
      problems: [{ field: "id", value: device.id, message: why }],
    });
  }
  checkPlace(connection, device);
  checkGateway(connection, device);
  const created: Device = { ...device, version: 1, createdAt: author.at, retiredAt: null };
  insertDevice(connection, created);
  tellDevice(connection, created, "create", author);
  audit(connection, author, { action: "device.create", target: device.id, detail: differences({}, device) });
  return created;
}

function inService(connection: Connection, id: string): Device {
  const device = findDevice(connection, id);
  if (!device) throw new LinliError("not-found", `there is no device ${id}`);
  return device;
}

function checkKindChange(connection: Connection, before: Device, after: Device): void {
  if (before.kind !== GATEWAY_KIND || after.kind === GATEWAY_KIND) return;
  const child = connection.first(
    connection.query.selectFrom("devices").select("id").where("gateway_id", "=", before.id),
  );
  if (child) throw invalid("kind", after.kind, `gateway ${before.id} still has devices behind it, such as ${child.id}`);
}

interface DeviceEdit {
  readonly id: string;
  /** The version the edit was made on. */
  readonly version: number;
  readonly change: Partial<NewDevice>;
}

export function updateDevice(connection: Connection, { id, version, change }: DeviceEdit, author: Author): Device {
  const before = inService(connection, id);
  if (before.retiredAt !== null) throw new LinliError("conflict", `device ${id} is retired`);
  if (before.version !== version) {
    throw new LinliError("conflict", `device ${id} was changed meanwhile: version ${before.version}, not ${version}`);
  }
  if (change.id !== undefined && change.id !== id) throw invalid("id", change.id, `the id of device ${id} is for life`);
  const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
  const after: Device = { ...before, ...given, version: version + 1 };
  if (after.placeId !== before.placeId) checkPlace(connection, after);
  if (after.gatewayId !== before.gatewayId || after.kind !== before.kind) checkGateway(connection, after);
  checkKindChange(connection, before, after);
  connection.run(
    connection.query
      .updateTable("devices")
      .set({ ...columnsOf(after), version: after.version })
      .where("id", "=", id),
  );
  const { version: _, ...changed } = differences(before, after);
  tellDevice(connection, after, "update", author);
  audit(connection, author, { action: "device.update", target: id, detail: changed });
  return after;
}

const OPEN_LATCHED =
  "select id from alerts where device_id = ? and active = 1 and latched = 1 order by opened_at limit 1";

/** Only a person ends a latched alert: nobody may make it go away with its device. */
function checkNothingLatched(connection: Connection, id: string): void {
  const open = connection.statement(OPEN_LATCHED).get(id);
  if (open === undefined) return;
  throw new LinliError(
    "conflict",
    `device ${id} has an alert that only a person ends: close ${String(open["id"])} first`,
  );
}

export function retireDevice(connection: Connection, id: string, author: Author): void {
  const before = inService(connection, id);
  if (before.retiredAt !== null) return;
  checkNothingLatched(connection, id);
  const retired: Device = { ...before, version: before.version + 1, retiredAt: author.at };
  connection.run(
    connection.query
      .updateTable("devices")
      .set({ version: retired.version, retired_at: author.at })
      .where("id", "=", id),
  );
  tellDevice(connection, retired, "retire", author);
  audit(connection, author, { action: "device.retire", target: id, detail: { retiredAt: author.at } });
  endCredentials(connection, { deviceId: id, at: author.at }, author);
}
