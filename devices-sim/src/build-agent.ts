import { type Agent, createAgent } from "./agent.ts";
import type { Silence } from "./delivery.ts";
import { type PlacedFault, placeFault } from "./faults/fault.ts";
import { FAULTS } from "./faults/index.ts";
import type { FaultEntry } from "./faults/timeline.ts";
import type { FleetDevice } from "./fleet.ts";
import { MODELS } from "./models/index.ts";
import type { World } from "./world/world.ts";

export interface BuildOptions {
  readonly world: World;
  /** Devices that publish through it. */
  readonly children: number;
  /** Of the whole fleet; those of other devices are left out here. */
  readonly faults: readonly FaultEntry[];
  /** When the simulation began, epoch ms: what faults that come `after` count from. */
  readonly begin: number;
  readonly every?: number;
  readonly sparse?: number;
}

/** A device with everything that will happen to it; `undefined` for a kind that cannot be simulated. */
export function buildAgent(
  device: FleetDevice,
  options: BuildOptions,
): { readonly agent: Agent; readonly silences: readonly Silence[] } | undefined {
  const { world, children, begin, every, sparse } = options;
  const factory = MODELS.get(device.kind);
  if (!factory) return undefined;
  const info = { ...device, name: device.name ?? device.id, children };
  const model = factory(info, world);
  const placed = options.faults
    .filter((entry) => entry.device === device.id)
    .flatMap((entry): PlacedFault[] => {
      const type = FAULTS.get(device.kind)?.[entry.fault];
      return type ? [placeFault(type, model, entry.at ?? begin + (entry.after ?? 0), entry.lasts)] : [];
    });
  const agent = createAgent({
    info,
    model,
    phase: world.noise(device.id).unit(0, 99),
    effects: placed.map(({ effect }) => effect),
    events: placed.flatMap(({ events }) => events),
    ...(every !== undefined && { every }),
    ...(sparse !== undefined && { sparse }),
  });
  return { agent, silences: placed.flatMap(({ silences }) => silences) };
}
