import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundledNeighbourhood, type Fleet, loadNeighbourhood, seedNeighbourhood } from "@linli/devices-sim/app";
import { days, formatTopic, type NewDevice, type Place } from "@linli/model";
import { newToken, openDataDir, systemClock } from "@linli/runtime";
import { openSqliteState } from "@linli/stores";
import { connectPacket, createAckReader, DISCONNECT, PUBACK, publishTemplate } from "@linli/testing";
import { linli } from "./linli.ts";
import { eventually, type Platform, startPlatform } from "./platform.ts";

/** What the simulator says it did. */
export interface WeekCounts {
  readonly devices: number;
  readonly refused: number;
  readonly dropped: number;
  readonly pending: number;
  readonly from: number;
  readonly until: number;
  readonly readings: number;
  readonly values: number;
  readonly events: number;
  readonly acknowledged: number;
}

/** A platform that a small fleet has told a week. */
export interface Week {
  readonly platform: Platform;
  readonly devices: readonly NewDevice[];
  readonly counts: WeekCounts;
  stop(): Promise<void>;
}

function communityOf(placeId: string, places: ReadonlyMap<string, Place>): string {
  for (let place = places.get(placeId); place; place = places.get(place.parentId ?? "")) {
    if (place.level === "community") return place.id;
  }
  return "";
}

/** One device of each kind from each community, and the gateways that they need. */
function chooseDevices(places: readonly Place[], devices: readonly NewDevice[]): NewDevice[] {
  const placeById = new Map(places.map((place) => [place.id, place]));
  const groups = Map.groupBy(devices, ({ kind, placeId }) => `${kind} ${communityOf(placeId, placeById)}`);
  const chosen = new Set([...groups.values()].flatMap(([first]) => first ?? []));
  const needed = new Set([...chosen].map(({ gatewayId }) => gatewayId));
  return devices.filter((device) => chosen.has(device) || needed.has(device.id));
}

async function seed(dataDir: string): Promise<{ fleet: Fleet; devices: readonly NewDevice[] }> {
  const { places, devices: all, site } = loadNeighbourhood(bundledNeighbourhood(), 1);
  const devices = chooseDevices(places, all);
  const { batch, fleet } = seedNeighbourhood(places, devices, newToken, { site });
  await openDataDir(dataDir);
  const state = await openSqliteState({ file: join(dataDir, "state.db") });
  await state.registry.importBatch(batch, { id: "test", type: "system", at: 0 });
  await state.registry.setMeta("birth", "empty");
  await state.close();
  return { fleet, devices };
}

/** Nearly all of it thinned out, and the end of it as boards of the present need it. */
const WEEK = ["--history", "167h", "--every", "10m"];
const LAST_HOUR = ["--history", "1h", "--every", "1m"];

/** What goes wrong in that week. */
const FAULTS = [
  ["elevator", "entrapment@+2d/20m"],
  ["gateway", "offline@+3d/2h"],
  ["medicine-vending-machine", "coilJam@+4d"],
] as const;

function faultsOf(devices: readonly NewDevice[]): string[] {
  return FAULTS.flatMap(([kind, fault]) => {
    const device = devices.find((candidate) => candidate.kind === kind);
    return device ? ["--faults", `${fault}:${device.id}`] : [];
  });
}

function add(first: WeekCounts, second: WeekCounts): WeekCounts {
  const sum = (of: (counts: WeekCounts) => number) => of(first) + of(second);
  return {
    ...second,
    from: first.from,
    refused: sum(({ refused }) => refused),
    dropped: sum(({ dropped }) => dropped),
    pending: sum(({ pending }) => pending),
    readings: sum(({ readings }) => readings),
    values: sum(({ values }) => values),
    events: sum(({ events }) => events),
    acknowledged: sum(({ acknowledged }) => acknowledged),
  };
}

/** One device goes: the boards of outages have one to show. */
function sayOffline(port: number, fleet: Fleet): Promise<void> {
  const camera = fleet.devices.find(({ kind }) => kind === "camera");
  const topic = formatTopic({ type: "status", deviceId: camera?.id ?? "" });
  const { bytes, idOffset } = publishTemplate(topic, Buffer.from('{"state":"offline"}'), 1);
  bytes.writeUInt16BE(1, idOffset);
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.write(connectPacket("last-word", camera?.id ?? "", camera?.token ?? ""));
      socket.write(bytes);
    });
    const read = createAckReader((type) => {
      if (type === PUBACK) socket.end(DISCONNECT);
    });
    socket.on("data", read);
    socket.once("close", () => resolve());
    socket.once("error", reject);
  });
}

/** Starts the real processes and lets the simulator fill them with a thinned week; resolves when all of it is stored. */
export async function fillWeek(environment: Readonly<Record<string, string>>): Promise<Week> {
  const dataDir = await mkdtemp(join(tmpdir(), "linli-week-"));
  const { fleet, devices } = await seed(dataDir);
  const fleetFile = join(dataDir, "fleet.json");
  await writeFile(fleetFile, JSON.stringify(fleet), { mode: 0o600 });
  const platform = await startPlatform({ dataDir, environment });
  const stop = async () => {
    await platform.dispose();
    await rm(dataDir, { recursive: true, force: true });
  };
  try {
    const tell = async (...words: readonly string[]) => {
      const broker = `mqtt://127.0.0.1:${platform.mqtt}`;
      const run = await linli(
        ["sim", "--fleet", fleetFile, "--broker", broker, "--habits", "none", "--json", ...words],
        {},
      );
      if (run.code !== 0) throw new Error(`the simulator failed: ${run.stderr}`);
      return JSON.parse(run.stdout) as WeekCounts;
    };
    const week = await tell(
      "--from",
      new Date(systemClock.now() - days(7)).toISOString(),
      ...WEEK,
      ...faultsOf(devices),
    );
    const counts = add(week, await tell(...LAST_HOUR));
    await sayOffline(platform.mqtt, fleet);
    await eventually("the week is stored", async () => {
      const { body } = await platform.api("GET", "/api/v1/stats");
      return (body as { archive: { lag: number } }).archive.lag === 0 ? true : undefined;
    });
    return { platform, devices, counts, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
