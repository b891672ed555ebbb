import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { NewDevice } from "@linli/model";
import { createLogger, hashToken, readSettings, sleep, systemClock } from "@linli/runtime";
import {
  type Author,
  createMemoryJournal,
  type JournalRecord,
  type MemoryJournal,
  openMemoryState,
  START,
  type StateStore,
} from "@linli/stores";
import { type BrokerApp, create } from "../app.ts";
import type { BrokerLimits } from "../limits.ts";
import { RawClient } from "./raw-client.ts";

export const author: Author = { id: "test", type: "system", at: 1 };

function device(id: string, change: Partial<NewDevice> = {}): NewDevice {
  const base = { id, kind: "environment-sensor", name: id, placeId: "north", gatewayId: null, units: {} };
  return { ...base, extraPoints: {}, offlineAfterMs: null, tags: {}, ...change };
}

/** What the tests below know: devices whose ids are prefixes of each other, a gateway with a child, two communities. */
const DEVICES = [
  device("lift-1"),
  device("lift-10"),
  device("gateway-1", { kind: "gateway" }),
  device("child-1", { gatewayId: "gateway-1" }),
  device("lamp-1", { placeId: "south" }),
];
export const tokenOf = (id: string) => `token-of-${id}`;

export interface BrokerUnderTest {
  readonly app: BrokerApp;
  readonly state: StateStore;
  readonly journal: MemoryJournal;
  readonly dir: string;
  client(): RawClient;
  /** A client that is logged in as a device. */
  device(id: string, clientId?: string): Promise<RawClient>;
  /** The journal so far, without ticks. */
  records(): Promise<readonly JournalRecord[]>;
  /** Waits for something that the broker does in its own time. */
  until<T>(what: () => T | undefined | Promise<T | undefined>): Promise<T>;
  dispose(): Promise<void>;
}

async function seed(state: StateStore): Promise<void> {
  const place = { order: 0, name: "place" };
  await state.registry.putPlace({ ...place, id: "town", level: "subdistrict", parentId: null }, author);
  await state.registry.putPlace({ ...place, id: "north", level: "community", parentId: "town" }, author);
  await state.registry.putPlace({ ...place, id: "south", level: "community", parentId: "town" }, author);
  const tokenHashes = new Map(DEVICES.map(({ id }) => [id, hashToken(tokenOf(id))]));
  await state.registry.importBatch({ places: [], devices: DEVICES, tokenHashes }, author);
}

/** A broker on free ports with its stores in memory. */
export async function startBroker(
  environment: Readonly<Record<string, string>> = {},
  limits: Partial<BrokerLimits> = {},
): Promise<BrokerUnderTest> {
  const dir = await mkdtemp(join(tmpdir(), "linli-broker-"));
  const settings = readSettings({ LINLI_DATA_DIR: dir, LINLI_MQTT_PORT: "0", ...environment });
  const state = await openMemoryState();
  await seed(state);
  const journal = createMemoryJournal();
  const log = createLogger("broker", "silent");
  const app = create(settings, { clock: systemClock, log, state, journal: journal.writer, limits });
  await app.start();
  const clients: RawClient[] = [];
  const reader = journal.reader();
  const { mqtt } = app.ports();
  const client = () => {
    const made = new RawClient(mqtt);
    clients.push(made);
    return made;
  };
  return {
    app,
    state,
    journal,
    dir,
    client,
    async device(id, clientId = "raw") {
      const made = client();
      const code = await made.login({ clientId, username: id, password: tokenOf(id) });
      if (code !== 0) throw new Error(`${id} was refused with ${code}`);
      return made;
    },
    async records() {
      const { records } = await reader.read(START, { maxRecords: 100_000, waitMs: 0 });
      return records.filter(({ kind }) => kind !== "tick");
    },
    async until(what) {
      for (;;) {
        const found = await what();
        if (found !== undefined && found !== false) return found;
        await sleep(systemClock, 5);
      }
    },
    async dispose() {
      for (const { socket } of clients) socket.destroy();
      await app.stop();
      await state.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}
