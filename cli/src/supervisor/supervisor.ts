import {
  type Deps,
  type LocalServer,
  type ProcessStatus,
  type SupervisorDetails,
  selfDescription,
  serveLocal,
  socketPath,
} from "@linli/runtime";
import { Child, type ChildSpec } from "./child.ts";

export interface SupervisorOptions {
  readonly dataDir: string;
  /** Makes the folder ready once it is ours, and tells what to start, in that order. */
  readonly prepare: () => Promise<readonly ChildSpec[]>;
  /** Sources first, so that everything in flight is taken in; those not named come last. */
  readonly stopOrder: readonly string[];
  /** Those that must be ready before the whole counts as started. */
  readonly awaited: readonly string[];
}

/** What the children told while they started. */
interface Started {
  readonly firstPassword: string | undefined;
}

export interface Supervisor {
  /** Resolves when every awaited child is ready; rejects when one cannot start with what it was given. */
  start(): Promise<Started>;
  /** Ends the children one after the other: the sources first, so that everything in flight is taken in. */
  stop(): Promise<void>;
  /** At once, without draining. */
  kill(): void;
}

/** Runs the processes of one data folder as children; what it holds, the folder, is locked by its local socket. */
export function createSupervisor({ dataDir, prepare, stopOrder, awaited }: SupervisorOptions, deps: Deps): Supervisor {
  const { clock, log } = deps;
  const since = clock.now();
  const missing = new Set(awaited);
  let firstPassword: string | undefined;
  let server: LocalServer | undefined;
  const { promise: allReady, resolve: becomeReady, reject: giveUp } = Promise.withResolvers<void>();
  allReady.catch(() => {}); // whoever called start() hears of it

  function onMessage(name: string, message: unknown): void {
    if (typeof message !== "object" || message === null) return;
    if ("firstPassword" in message && typeof message.firstPassword === "string") firstPassword = message.firstPassword;
    if (!("ready" in message)) return;
    missing.delete(name);
    if (missing.size === 0) becomeReady();
  }
  const onUnusable = (name: string) => giveUp(new Error(`${name} cannot start`));
  let children: readonly Child[] = [];

  const status = (): ProcessStatus<SupervisorDetails> => ({
    ...selfDescription("supervisor", since),
    ready: missing.size === 0,
    faults: [],
    details: {
      processes: Object.fromEntries(
        children.map(({ spec, pid, since, restarts }) => [spec.name, { pid, since, restarts }]),
      ),
    },
  });

  return {
    async start() {
      server = await serveLocal(socketPath(dataDir, "supervisor"), { status });
      const specs = await prepare();
      children = specs.map((spec) => new Child(spec, { clock, log, onMessage, onUnusable }));
      for (const child of children) child.start();
      await allReady;
      return { firstPassword };
    },
    async stop() {
      // whoever signals the whole group (a service manager does) ends some of them before their turn
      for (const child of children) child.retire();
      const rank = ({ spec }: Child) =>
        stopOrder.includes(spec.name) ? stopOrder.indexOf(spec.name) : stopOrder.length;
      for (const child of children.toSorted((a, b) => rank(a) - rank(b))) await child.stop();
      await server?.close();
    },
    kill() {
      for (const child of children) child.kill();
    },
  };
}
