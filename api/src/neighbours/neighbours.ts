import type { DeviceState, NewLedgerEntry } from "@linli/model";
import type {
  AppendCall,
  ChannelAnswer,
  FindingAnswer,
  ProcessStatus,
  StatesCall,
  TestChannelAnswer,
  TestChannelCall,
  WhatIfCall,
} from "@linli/runtime";
import { type LocalClient, localClient, socketPath } from "@linli/runtime";

/** The processes that the API asks; itself and the supervisor are apart. */
export const NEIGHBOURS = ["broker", "ingest", "notify"] as const;
/** Runs only with the demo: told of when it answers, missed by nobody when it does not. */
export const SIMULATOR = "devices-sim";

/** What the API asks of the other processes. Each fails with `unavailable` when its process does not answer. */
export interface Neighbours {
  /** Resolves when all of it is on disk. */
  append(call: AppendCall): Promise<void>;
  /** What watch holds now, of these devices or of all. */
  states(call?: StatesCall): Promise<readonly DeviceState[]>;
  /** Who would be told, and why others would not. */
  whatIf(call: WhatIfCall): Promise<readonly NewLedgerEntry[]>;
  testChannel(call: TestChannelCall): Promise<TestChannelAnswer>;
  channels(): Promise<readonly ChannelAnswer[]>;
  /** What is wrong with who is arranged to be told. */
  findings(): Promise<readonly FindingAnswer[]>;
  status(process: string): Promise<ProcessStatus>;
  /** Prometheus text. */
  metrics(process: string): Promise<string>;
  close(): void;
}

const STATUS_MS = 1_000;
const APPEND_MS = 8_000;
const STATES_MS = 5_000;
const NOTIFY_MS = 5_000;
/** A provider may take its time. */
const TEST_MS = 30_000;

/** Asks over the data folder's local sockets. */
export function localNeighbours(dataDir: string): Neighbours {
  const clients = new Map<string, LocalClient>();
  const client = (process: string) => {
    const known = clients.get(process);
    if (known) return known;
    const made = localClient(socketPath(dataDir, process));
    clients.set(process, made);
    return made;
  };
  return {
    async append(call) {
      await client("broker").call("append", call, APPEND_MS);
    },
    async states(call = {}) {
      return (await client("ingest").call("states", call, STATES_MS)) as readonly DeviceState[];
    },
    async whatIf(call) {
      return (await client("notify").call("whatIf", call, NOTIFY_MS)) as readonly NewLedgerEntry[];
    },
    async testChannel(call) {
      return (await client("notify").call("testChannel", call, TEST_MS)) as TestChannelAnswer;
    },
    async channels() {
      return (await client("notify").call("channels", undefined, NOTIFY_MS)) as readonly ChannelAnswer[];
    },
    async findings() {
      return (await client("notify").call("findings", undefined, NOTIFY_MS)) as readonly FindingAnswer[];
    },
    async status(process) {
      return (await client(process).call("status", undefined, STATUS_MS)) as ProcessStatus;
    },
    async metrics(process) {
      return (await client(process).call("metrics", undefined, STATUS_MS)) as string;
    },
    close() {
      for (const one of clients.values()) one.close();
    },
  };
}
