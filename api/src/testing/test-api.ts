import {
  type DeviceState,
  days,
  LinliError,
  type NewDevice,
  type NewLedgerEntry,
  type Place,
  type Role,
} from "@linli/model";
import {
  type AppendCall,
  type ChannelAnswer,
  type Clock,
  createLogger,
  type FindingAnswer,
  hashToken,
  type ProcessStatus,
  readSettings,
  type TestChannelAnswer,
  type TestChannelCall,
  type WhatIfCall,
} from "@linli/runtime";
import { openMemoryState, RegistryView, type SeriesReader } from "@linli/stores";
import type { InjectOptions } from "fastify";
import { assemble } from "../assemble.ts";
import { writeInPlace } from "../import/write-import.ts";
import type { Neighbours } from "../neighbours/neighbours.ts";
import { createServer } from "../server.ts";

export const START_AT = Date.UTC(2026, 0, 15, 8);

/** A clock that goes on only when told to; timers run in their order. */
class TestClock implements Clock {
  #now = START_AT;
  #timers: { at: number; every: number | undefined; call: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  monotonic(): number {
    return this.#now - START_AT + 1_000_000;
  }

  after(ms: number, call: () => void): () => void {
    return this.#add({ at: this.#now + ms, every: undefined, call });
  }

  every(ms: number, call: () => void): () => void {
    return this.#add({ at: this.#now + ms, every: ms, call });
  }

  /** Sets the time on without running any timer. */
  skip(ms: number): void {
    this.#now += ms;
  }

  /** Lets the time pass: every timer that comes due is run, and what it starts gets its turn. */
  async run(ms: number): Promise<void> {
    const end = this.#now + ms;
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve));
      const next = this.#timers.filter(({ at }) => at <= end).toSorted((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      this.#now = Math.max(this.#now, next.at);
      if (next.every === undefined) this.#timers = this.#timers.filter((one) => one !== next);
      else next.at += next.every;
      next.call();
    }
    this.#now = end;
  }

  #add(timer: { at: number; every: number | undefined; call: () => void }): () => void {
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((one) => one !== timer);
    };
  }
}

/** Two communities; everything of B must stay out of sight for people of A. */
export const PLACES: readonly Place[] = [
  { id: "sub", level: "subdistrict", parentId: null, name: "街道", order: 0 },
  { id: "a", level: "community", parentId: "sub", name: "甲社区", order: 0 },
  { id: "a-1", level: "building", parentId: "a", name: "1号楼", order: 0 },
  { id: "b", level: "community", parentId: "sub", name: "乙社区", order: 1 },
  { id: "b-1", level: "building", parentId: "b", name: "1号楼", order: 0 },
];

export function newDevice(id: string, placeId: string, more: Partial<NewDevice> = {}): NewDevice {
  const base = { id, placeId, kind: "environment-sensor", name: `Sensor ${id}`, gatewayId: null, units: {} };
  return { ...base, extraPoints: {}, offlineAfterMs: null, tags: {}, ...more };
}

const DEVICES: readonly NewDevice[] = [newDevice("dev-a", "a-1"), newDevice("dev-b", "b-1")];

/** The other processes, as a test sets them up. */
class TestNeighbours implements Neighbours {
  readonly appended: AppendCall["messages"][number][] = [];
  readonly statuses = new Map<string, ProcessStatus>();
  appendFailure: LinliError | undefined;
  /** What comes of it: as ingest would do it. */
  onAppend: (messages: AppendCall["messages"]) => Promise<void> = async () => undefined;

  async append({ messages }: AppendCall): Promise<void> {
    if (this.appendFailure) throw this.appendFailure;
    this.appended.push(...messages);
    await this.onAppend(messages);
  }

  async states(): Promise<readonly DeviceState[]> {
    return [];
  }

  readonly asked: WhatIfCall[] = [];
  readonly tested: TestChannelCall[] = [];
  toldIf: NewLedgerEntry[] = [];
  found: FindingAnswer[] = [];

  async whatIf(call: WhatIfCall): Promise<readonly NewLedgerEntry[]> {
    this.asked.push(call);
    return this.toldIf;
  }

  async testChannel(call: TestChannelCall): Promise<TestChannelAnswer> {
    this.tested.push(call);
    return { outcome: "accepted", detail: "message-1" };
  }

  async channels(): Promise<readonly ChannelAnswer[]> {
    return [];
  }

  async findings(): Promise<readonly FindingAnswer[]> {
    return this.found;
  }

  async status(process: string): Promise<ProcessStatus> {
    const status = this.statuses.get(process);
    if (!status) throw new LinliError("unavailable", `${process} does not answer`);
    return status;
  }

  async metrics(process: string): Promise<string> {
    return `# TYPE linli_${process}_test gauge\nlinli_${process}_test 1\n`;
  }

  close(): void {}
}

const noSeries: SeriesReader = {
  range: async () => ({ points: {}, truncated: false, level: "raw" }),
  aggregate: async () => ({ points: {}, truncated: false, level: "raw" }),
  last: async () => ({}),
  points: async () => [],
  devices: async () => [],
  close: async () => undefined,
};

export const BOOTSTRAP = "bootstrap-token-of-the-tests-0123456789";

/** An API over memory stores, with two communities and a device in each. */
export async function createTestApi(
  options: { series?: SeriesReader; pagesDir?: string; environment?: Readonly<Record<string, string>> } = {},
) {
  const clock = new TestClock();
  const state = await openMemoryState();
  const author = { id: "test", type: "system", at: START_AT } as const;
  for (const place of PLACES) await state.registry.putPlace(place, author);
  for (const device of DEVICES) await state.registry.createDevice(device, author);
  const registry = await RegistryView.load(state);
  const neighbours = new TestNeighbours();
  const own = { LINLI_BOOTSTRAP_TOKEN: BOOTSTRAP, LINLI_DATA_DIR: "/nonexistent" };
  const settings = readSettings({ ...own, ...options.environment });
  const log = createLogger("api", "silent");
  const { series = noSeries } = options;
  const stores = { state, series, registry, writeImport: writeInPlace(state.registry) };
  const parts = assemble({ settings, clock, log, ...stores, neighbours, address: () => "" });
  const server = await createServer(parts, options.pagesDir ?? "/nonexistent");
  await server.ready();

  /** A person signed in, with a role at a place: calls as the browser does. */
  async function personWith(id: string, role: Role, placeId: string | null) {
    const person = {
      id,
      name: `Name of ${id}`,
      grants: [{ role, placeId }],
      language: "en" as const,
      createdAt: START_AT,
    };
    await state.access.putPerson({ ...person, disabledAt: null }, author);
    const secret = `session-${crypto.randomUUID()}`;
    const times = { createdAt: START_AT, expiresAt: START_AT + days(30) };
    const session = { id: crypto.randomUUID(), personId: id, hash: hashToken(secret), userAgent: "test" };
    await state.access.createSession({ ...session, ...times });
    return (method: string, url: string, payload?: InjectOptions["payload"], headers: Record<string, string> = {}) =>
      call(undefined, method, url, {
        headers: { cookie: `linli_session=${secret}`, origin: "http://localhost", host: "localhost", ...headers },
        ...(payload !== undefined && { payload }),
      });
  }

  /** A token with a role at a place, or everywhere. */
  async function tokenFor(role: Role, placeId: string | null, name = `${role}@${placeId}`): Promise<string> {
    const token = `token-${crypto.randomUUID()}`;
    const given = { id: crypto.randomUUID(), name, hash: hashToken(token), createdAt: START_AT, createdBy: "test" };
    await state.access.createToken({ ...given, grants: [{ role, placeId }], expiresAt: null, revokedAt: null }, author);
    return token;
  }

  async function call(token: string | undefined, method: string, url: string, more: Partial<InjectOptions> = {}) {
    const headers = { ...(token !== undefined && { authorization: `Bearer ${token}` }), ...more.headers };
    const answer = await server.inject({ ...more, method, url, headers } as InjectOptions);
    const isJson = String(answer.headers["content-type"]).includes("json");
    return { status: answer.statusCode, headers: answer.headers, body: isJson ? answer.json() : answer.body };
  }

  return {
    clock,
    state,
    registry,
    neighbours,
    parts,
    server,
    tokenFor,
    personWith,
    call,
    /** As the bootstrap token. */
    admin: (method: string, url: string, payload?: InjectOptions["payload"]) =>
      call(BOOTSTRAP, method, url, payload === undefined ? {} : { payload }),
    async close() {
      await server.close();
      await state.close();
    },
  };
}

export type TestApi = Awaited<ReturnType<typeof createTestApi>>;
