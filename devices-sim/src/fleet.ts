import { idSchema, LinliError, placeSchema, problemsOf } from "@linli/model";
import { z } from "zod";

export const siteSchema = z.strictObject({
  latitude: z.number().min(-90).max(90),
  longitude: z.number().min(-180).max(180),
  timeZone: z.string().refine((zone) => {
    try {
      new Intl.DateTimeFormat("en", { timeZone: zone });
      return true;
    } catch {
      return false;
    }
  }, "not a time zone; write an IANA name such as Asia/Shanghai"),
});

export const HANGZHOU = { latitude: 30.27, longitude: 120.15, timeZone: "Asia/Shanghai" } as const;

const fleetDeviceSchema = z.strictObject({
  id: idSchema,
  kind: z.string(),
  name: z.string().optional(),
  /** Publishes through that device's session and needs no token. */
  gatewayId: idSchema.nullable().default(null),
  /** Password of its session. */
  token: z.string().min(1).nullable().default(null),
  tags: z.record(z.string(), z.string()).default({}),
});
export type FleetDevice = z.infer<typeof fleetDeviceSchema>;

/** The devices to simulate, with what they need to log in: `demo/fleet.json` of a data folder, or a file of your own. */
const fleetSchema = z.strictObject({
  seed: z.number().int().nonnegative().default(1),
  site: siteSchema.default(HANGZHOU),
  devices: z.array(fleetDeviceSchema),
  places: z.array(placeSchema).optional(),
});
export type Fleet = z.infer<typeof fleetSchema>;

/** Reads a fleet from JSON text. Fails with `invalid` listing all problems. */
export function parseFleet(text: string, name: string): Fleet {
  let input: unknown;
  try {
    input = JSON.parse(text);
  } catch (error) {
    throw new LinliError("invalid", `${name} is not JSON: ${(error as Error).message}`);
  }
  const parsed = fleetSchema.safeParse(input);
  if (!parsed.success) {
    throw new LinliError("invalid", `${name} cannot be used`, { problems: problemsOf(parsed.error, input) });
  }
  const ids = new Set(parsed.data.devices.map(({ id }) => id));
  const orphans = parsed.data.devices.filter(({ gatewayId }) => gatewayId !== null && !ids.has(gatewayId));
  if (orphans.length > 0) {
    const problems = orphans.map(({ id, gatewayId }) => ({
      field: `devices.${id}.gatewayId`,
      value: gatewayId,
      message: "no such device in this file",
    }));
    throw new LinliError("invalid", `${name} cannot be used`, { problems });
  }
  return parsed.data;
}
