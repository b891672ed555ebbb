import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { localClient, newToken, type ProcessStatus, type SupervisorDetails, socketPath } from "@linli/runtime";

const MAIN = fileURLToPath(import.meta.resolve("../../cli/src/main.ts"));
/** Where a wait gives up: far beyond anything that works, so that it decides nothing by time. */
const PATIENCE_MS = 60_000;

export interface PlatformOptions {
  /** A folder to go on with; a fresh one otherwise, removed by `dispose`. */
  readonly dataDir?: string;
  /** With the demo neighbourhood and its simulator. */
  readonly demo?: boolean;
  readonly environment?: Readonly<Record<string, string>>;
}

export interface ApiAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** The real processes, started the way a person starts them, on ports of their own. */
export interface Platform {
  readonly dataDir: string;
  readonly http: number;
  readonly mqtt: number;
  readonly token: string;
  readonly firstPassword: string | undefined;
  readonly pid: number;
  readonly stderr: () => string;
  api(method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<ApiAnswer>;
  /** The pid of one of its processes now; undefined while it is being started again. */
  pidOf(name: string): Promise<number | undefined>;
  /** Sends a signal to the supervisor (or its whole group) and resolves with the exit code. */
  stop(signal?: NodeJS.Signals, group?: boolean): Promise<number | null>;
  /** Ends what is left and removes the folder if it made it. */
  dispose(): Promise<void>;
}

/** Calls until something other than undefined comes back. */
export async function eventually<T>(what: string, probe: () => Promise<T | undefined> | T | undefined): Promise<T> {
  const end = performance.now() + PATIENCE_MS;
  let failure: unknown;
  while (performance.now() < end) {
    try {
      const found = await probe();
      if (found !== undefined) return found;
    } catch (error) {
      failure = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`${what}: did not happen`, { cause: failure });
}

interface Ready {
  readonly http: number;
  readonly mqtt: number;
  readonly firstPassword?: string;
}

function firstLine(child: ChildProcess, stderr: () => string): Promise<Ready> {
  return new Promise((resolve, reject) => {
    if (!child.stdout) return reject(new Error("no output"));
    createInterface({ input: child.stdout }).once("line", (line) => resolve(JSON.parse(line) as Ready));
    child.once("exit", (code) => reject(new Error(`ended with ${code} before it was ready:\n${stderr()}`)));
  });
}

/** Starts everything and resolves when it is ready. */
export async function startPlatform(options: PlatformOptions = {}): Promise<Platform> {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), "linli-platform-")));
  const token = newToken();
  const child = spawn(process.execPath, [MAIN, options.demo ? "start" : "serve", "--json"], {
    detached: true, // a group of its own, so that a test can signal the whole of it
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      LINLI_DATA_DIR: dataDir,
      LINLI_HTTP_PORT: "0",
      LINLI_MQTT_PORT: "0",
      LINLI_BOOTSTRAP_TOKEN: token,
      ...options.environment,
    },
  });
  const errors: Buffer[] = [];
  child.stderr?.on("data", (chunk: Buffer) => errors.push(chunk));
  const stderr = () => Buffer.concat(errors).toString();
  const exited = new Promise<number | null>((resolve) => child.once("exit", (code) => resolve(code)));
  const { http, mqtt, firstPassword } = await firstLine(child, stderr);
  const supervisor = localClient(socketPath(dataDir, "supervisor"));
  const pid = child.pid ?? 0;

  return {
    dataDir,
    http,
    mqtt,
    token,
    firstPassword,
    pid,
    stderr,
    async api(method, path, body, headers = {}) {
      const isText = typeof body === "string";
      const answer = await fetch(`http://127.0.0.1:${http}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(body !== undefined && { "content-type": isText ? "text/csv" : "application/json" }),
          ...headers,
        },
        ...(body !== undefined && { body: isText ? body : JSON.stringify(body) }),
      });
      const text = await answer.text();
      const isJson = answer.headers.get("content-type")?.includes("json");
      return { status: answer.status, body: isJson && text !== "" ? JSON.parse(text) : text };
    },
    async pidOf(name) {
      const status = (await supervisor.call("status")) as ProcessStatus<SupervisorDetails>;
      return status.details.processes[name]?.pid ?? undefined;
    },
    stop(signal = "SIGTERM", group = false) {
      process.kill(group ? -pid : pid, signal);
      return exited;
    },
    async dispose() {
      supervisor.close();
      if (child.exitCode === null && child.signalCode === null) process.kill(-pid, "SIGKILL");
      await exited;
      if (!options.dataDir) await rm(dataDir, { recursive: true, force: true });
    },
  };
}
