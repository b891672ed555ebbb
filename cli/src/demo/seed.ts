import { mkdir, open, readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import { bundledNeighbourhood, type Fleet, loadNeighbourhood, seedNeighbourhood } from "@linli/devices-sim/app";
import { type Contact, TEAM_ROLES, type Team, type TeamRole } from "@linli/model";
import { newToken } from "@linli/runtime";
import type { Author, StateStore } from "@linli/stores";

/** How the data folder began: `demo` or `empty`. Decided once, at its first start. */
const BIRTH = "birth";
const SEED = 1;

export interface SeedOptions {
  readonly dataDir: string;
  /** Whether a new folder shall get the demo. */
  readonly wanted: boolean;
  readonly now: number;
}

/** The first person, who can sign in: whoever tries the demo. */
const VISITOR = "admin";

const TEAM_NAMES: Readonly<Record<TeamRole, string>> = {
  property: "物业工程 Property",
  "lift-maintainer": "电梯维保 Lift maintenance",
  lighting: "路灯班 Lighting",
  community: "社区 Community",
  pharmacist: "社区药师 Pharmacist",
  vendor: "设备厂商 Vendor",
};

/** The visitor is every team and the duty desk, and is told on the page. */
const TEAMS: readonly Team[] = [
  { ...teamOf("property", "duty-desk", "值班室 Duty desk"), desk: true },
  ...TEAM_ROLES.map((role) => teamOf(role, `demo-${role}`, TEAM_NAMES[role])),
];
const PAGE = [{ channelId: "page", address: null }];
const CONTACT: Contact = { id: VISITOR, default: PAGE, urgent: PAGE, quiet: null };

function teamOf(role: TeamRole, id: string, name: string): Team {
  return { id, name, role, placeId: null, members: [VISITOR], desk: false, rooms: [] };
}

/** The simulator's logins; readable by this user alone, on disk before the registry knows of them. */
async function writeFleet(dataDir: string, fleet: Fleet): Promise<void> {
  const folder = join(dataDir, "demo");
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = await open(join(folder, "fleet.json.tmp"), "w", 0o600);
  await file.writeFile(JSON.stringify(fleet));
  await file.sync();
  await file.close();
  await rename(join(folder, "fleet.json.tmp"), join(folder, "fleet.json"));
}

/** The tokens of a seeding that was broken off between the file and the registry. */
async function earlierTokens(dataDir: string): Promise<ReadonlyMap<string, string>> {
  const text = await readFile(join(dataDir, "demo", "fleet.json"), "utf8").catch(() => '{"devices":[]}');
  const { devices } = JSON.parse(text) as Pick<Fleet, "devices">;
  return new Map(devices.flatMap(({ id, token }) => (token === null ? [] : [[id, token] as const])));
}

async function plant(state: StateStore, { dataDir, now }: SeedOptions): Promise<void> {
  const { places, devices, site } = loadNeighbourhood(bundledNeighbourhood(), SEED);
  const [first] = devices;
  if (first && (await state.registry.device(first.id))) return;
  const earlier = [...(await earlierTokens(dataDir)).values()];
  const { batch, fleet } = seedNeighbourhood(places, devices, () => earlier.shift() ?? newToken(), {
    seed: SEED,
    site,
  });
  await writeFleet(dataDir, fleet);
  const author: Author = { id: "linli start", type: "system", at: now };
  await state.registry.importBatch(batch, author);
  await state.arrangements.put("contact", CONTACT, 0, author);
  for (const team of TEAMS) await state.arrangements.put("team", team, 0, author);
}

/**
 * Gives a new data folder the bundled neighbourhood when that is wanted. True when the folder has it, now or from before.
 * A folder that began empty never gets it later.
 */
export async function seedDemo(state: StateStore, options: SeedOptions): Promise<boolean> {
  const birth = await state.registry.meta(BIRTH);
  if (birth !== undefined) return birth === "demo";
  if (options.wanted) await plant(state, options);
  await state.registry.setMeta(BIRTH, options.wanted ? "demo" : "empty");
  return options.wanted;
}
