import { type Device, isLinliError, LinliError, type NewDevice, ROUTES } from "@linli/model";
import { deviceProblems } from "@linli/stores";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { assertRoleAt } from "../../access/guard.ts";
import { authorOf, type Identity } from "../../access/identity.ts";
import { covers, scopeOf } from "../../access/scope.ts";
import { ApiError, invalidField } from "../../errors/api-error.ts";
import { matchedVersion } from "../../errors/etag.ts";
import type { Parts } from "../../parts.ts";
import { serve } from "../../serve.ts";

const etagOf = (device: Device) => `"${device.version}"`;

/** The version that was edited: from the body, or from `If-Match`. */
function editedVersion(request: FastifyRequest, inBody: number | undefined): number {
  if (inBody !== undefined) return inBody;
  const version = matchedVersion(request);
  if (version !== undefined) return version;
  throw invalidField("version", "give the version you edited, here or as If-Match");
}

/** A gateway speaks for its devices: it has to be one that the caller can see. */
function assertGateway(parts: Parts, who: Identity, gatewayId: string | null | undefined): void {
  if (gatewayId === null || gatewayId === undefined) return;
  const gateway = parts.registry.device(gatewayId);
  if (gateway && covers(parts.registry, scopeOf(who.grants, "viewer"), gateway.placeId)) return;
  throw invalidField("gatewayId", "no such gateway", gatewayId);
}

/** What only a person may end must not end by the way: it is closed first, by somebody who says what it was. */
async function assertNoLatch(parts: Parts, deviceId: string): Promise<void> {
  const open = await parts.state.alerts.alerts({ active: true, latched: true, deviceIds: [deviceId] }, { limit: 10 });
  if (open.items.length === 0) return;
  const ids = open.items.map(({ alert }) => alert.id).join(", ");
  throw new LinliError("conflict", `${deviceId} has alerts that a person has to close first: ${ids}`);
}

/** That the kind is there and the units fit its points. */
function assertFits(device: Pick<NewDevice, "kind" | "units" | "extraPoints">): void {
  const problems = deviceProblems(device);
  if (problems.length > 0) throw new LinliError("invalid", "the device cannot be used", { problems });
}

function withoutUndefined<T extends object>(given: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}

export function registerDevice(server: FastifyInstance, parts: Parts): void {
  const { registry } = parts.state;

  serve(server, parts, ROUTES.createDevice, async ({ body, who, request }) => {
    assertFits(body);
    assertRoleAt(parts, who, "manager", body.placeId);
    assertGateway(parts, who, body.gatewayId);
    const device = await registry.createDevice(body, authorOf(who, request.ip, parts.clock.now()));
    await parts.registry.refresh();
    return device;
  });

  serve(server, parts, ROUTES.getDevice, async ({ device, reply }) => {
    reply.header("etag", etagOf(device));
    return device;
  });

  serve(server, parts, ROUTES.changeDevice, async ({ device, body, who, request, reply }) => {
    const { version: inBody, ...given } = body;
    const version = editedVersion(request, inBody);
    if (given.placeId !== undefined) assertRoleAt(parts, who, "manager", given.placeId);
    assertGateway(parts, who, given.gatewayId);
    const change: Partial<NewDevice> = withoutUndefined(given);
    assertFits({ ...device, ...change });
    try {
      const changed = await registry.updateDevice(
        device.id,
        version,
        change,
        authorOf(who, request.ip, parts.clock.now()),
      );
      await parts.registry.refresh();
      reply.header("etag", etagOf(changed));
      return changed;
    } catch (error) {
      if (!isLinliError(error, "conflict")) throw error;
      const current = await registry.device(device.id);
      throw new ApiError("conflict", error.message, { current, problems: error.problems });
    }
  });

  serve(server, parts, ROUTES.retireDevice, async ({ device, who, request }) => {
    if (device.retiredAt !== null) throw new LinliError("conflict", `${device.id} is retired already`);
    await assertNoLatch(parts, device.id);
    await registry.retireDevice(device.id, authorOf(who, request.ip, parts.clock.now()));
    await parts.registry.refresh();
  });
}
