import { join } from "node:path";
import { LinliError } from "@linli/model";
import {
  type App,
  type Deps,
  type LiveAnswer,
  type LiveCall,
  type LocalServer,
  openDataDir,
  type Settings,
  serveLocal,
  socketPath,
} from "@linli/runtime";
import { openSeriesReader, openSqliteState, RegistryView } from "@linli/stores";
import type { FastifyInstance } from "fastify";
import { ensureAdmin } from "./access/first-start.ts";
import { assemble } from "./assemble.ts";
import { writeInThread } from "./import/write-import.ts";
import { localNeighbours } from "./neighbours/neighbours.ts";
import type { Parts } from "./parts.ts";
import { startHousekeeping } from "./platform/housekeeping.ts";
import { createServer } from "./server.ts";

export interface ApiDeps extends Deps {
  /** Shows the made-up password of the first person, once; to the supervisor or the terminal unless given. */
  readonly showFirstPassword?: (password: string) => void;
  /** Where the built web pages are. */
  readonly pagesDir?: string;
}

export interface ApiApp extends App {
  /** Where it is reached, such as `http://127.0.0.1:8080`; empty before the start. */
  address(): string;
}

/** By the supervisor when there is one, else on the terminal: never through the log, which is kept. */
function showFirstPassword(password: string): void {
  if (process.send && process.env.LINLI_SUPERVISED) process.send({ firstPassword: password });
  else process.stdout.write(`The first person is admin, the password is ${password} (shown only now)\n`);
}

async function listen(server: FastifyInstance, { LINLI_HOST: host, LINLI_HTTP_PORT: port }: Settings): Promise<string> {
  try {
    return await server.listen({ host, port });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const why = code === "EADDRINUSE" ? `port ${port} is in use` : message;
    const remedy = "end the program that holds it, or set LINLI_HTTP_PORT (and LINLI_HOST) to another";
    throw new LinliError("conflict", `the web and API port cannot be opened: ${why}; ${remedy}`, { cause: error });
  }
}

/** What watch holds wins; the store fills in while ingest is not there yet. */
async function loadStates({ live, neighbours, state, log }: Parts): Promise<void> {
  live.fill(await state.watch.states());
  try {
    live.apply(await neighbours.states());
  } catch (error) {
    log.info({ reason: (error as Error).message }, "ingest is not there yet: starting from the stored states");
  }
}

export function create(settings: Settings, deps: ApiDeps): ApiApp {
  const { clock, log } = deps;
  const closers: (() => Promise<unknown> | void)[] = [];
  let address = "";
  let stopping: Promise<void> | undefined;

  async function close(): Promise<void> {
    for (const one of closers.splice(0).reverse()) {
      try {
        await one();
      } catch (error) {
        log.error({ err: error }, "a part did not close in order");
      }
    }
  }

  function answerNeighbours(parts: Parts & { instance: string }): Promise<LocalServer> {
    return serveLocal(socketPath(settings.LINLI_DATA_DIR, "api"), {
      status: () => parts.ownStatus(),
      metrics: () => parts.metrics.text(),
      live: (body): LiveAnswer => {
        parts.live.apply((body as LiveCall).states);
        return { instance: parts.instance };
      },
    });
  }

  async function open(): Promise<void> {
    const dataDir = settings.LINLI_DATA_DIR;
    await openDataDir(dataDir);
    const file = join(dataDir, "state.db");
    const state = await openSqliteState({ file });
    closers.push(() => state.close());
    const series = await openSeriesReader(settings);
    closers.push(() => series.close());
    const neighbours = localNeighbours(dataDir);
    closers.push(() => neighbours.close());
    const registry = await RegistryView.load(state);
    const writeImport = writeInThread(state.registry, file);
    const stores = { state, series, registry, writeImport };
    const parts = assemble({ settings, clock, log, ...stores, neighbours, address: () => address });
    const local = await answerNeighbours(parts);
    closers.push(() => local.close());
    const password = await ensureAdmin(state.access, settings.LINLI_ADMIN_PASSWORD, clock.now());
    if (password !== undefined) (deps.showFirstPassword ?? showFirstPassword)(password);
    await loadStates(parts);
    await parts.streams.start();
    closers.push(() => parts.streams.stop());
    parts.monitor.start();
    const kept = { historyMs: settings.LINLI_RETENTION_RAW, alertsMs: settings.LINLI_RETENTION_ALERTS };
    closers.push(startHousekeeping(state, deps, kept));
    closers.push(() => parts.monitor.stop());
    const server = await createServer(parts, deps.pagesDir);
    closers.push(() => server.close());
    address = await listen(server, settings);
    log.info({ address }, "listening");
  }

  return {
    address: () => address,
    async start() {
      try {
        await open();
      } catch (error) {
        await close();
        throw error;
      }
    },
    stop() {
      stopping ??= close();
      return stopping;
    },
  };
}
