import { createHash } from "node:crypto";
import { chmod, mkdir, rm } from "node:fs/promises";
import { Agent, createServer, request } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { ERROR_CODES, type ErrorCode, LinliError } from "@linli/model";

/** Longest path a Unix socket may have on the systems we run on, with a margin. */
const MAX_SOCKET_PATH = 100;

/** Where the process `name` of a data folder answers: a Unix socket (only its user may open it) or a named pipe. */
export function socketPath(dataDir: string, name: string): string {
  const digest = createHash("sha256").update(dataDir).digest("hex").slice(0, 16);
  if (process.platform === "win32") return `\\\\.\\pipe\\linli-${digest}-${name}`;
  const inFolder = join(dataDir, "run", `${name}.sock`);
  return inFolder.length <= MAX_SOCKET_PATH ? inFolder : join(tmpdir(), `linli-${digest}`, `${name}.sock`);
}

export type LocalHandler = (body: unknown) => unknown;

export interface LocalServer {
  close(): Promise<void>;
}

/** Whether a process listens there now (a file left by a killed one does not count). */
function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(path);
    const settle = (answered: boolean) => {
      probe.destroy();
      resolve(answered);
    };
    probe.once("connect", () => settle(true));
    probe.once("error", () => settle(false));
  });
}

/**
 * Serves calls of sibling processes: `POST /{route}` with a JSON body, answered with JSON. A handler's LinliError travels
 * with its code. Replaces a socket left over by a killed process; fails with `conflict` when a living one answers there,
 * which is what keeps a second start out of a data folder in use.
 */
export async function serveLocal(path: string, handlers: Readonly<Record<string, LocalHandler>>): Promise<LocalServer> {
  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
    incoming.on("end", () => {
      const answer = async () => {
        const handler = handlers[(incoming.url ?? "/").slice(1)];
        if (!handler) throw new LinliError("not-found", `no such call: ${incoming.url}`);
        const text = Buffer.concat(chunks).toString();
        return handler(text === "" ? undefined : JSON.parse(text));
      };
      answer().then(
        (result) => outgoing.writeHead(200).end(JSON.stringify(result ?? null)),
        (error: unknown) => {
          const code: ErrorCode = error instanceof LinliError ? error.code : "internal";
          outgoing.writeHead(500).end(JSON.stringify({ code, message: String((error as Error)?.message ?? error) }));
        },
      );
    });
  });
  if (await isAnswered(path))
    throw new LinliError("conflict", `the data folder is in use: ${path} is answered by another process`);
  if (process.platform !== "win32") {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await rm(path, { force: true });
  }
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(path, resolve));
  if (process.platform !== "win32") await chmod(path, 0o600);
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export interface LocalClient {
  /** Fails with `unavailable` when the process does not answer in time, else with the code its handler gave. */
  call(route: string, body?: unknown, timeoutMs?: number): Promise<unknown>;
  close(): void;
}

function failure(text: string): LinliError {
  try {
    const { code, message } = JSON.parse(text) as { code: ErrorCode; message: string };
    if (ERROR_CODES.includes(code)) return new LinliError(code, message);
  } catch {
    // not one of our answers: reported as it is below
  }
  return new LinliError("internal", text.slice(0, 200));
}

/** Calls a sibling process; connections are kept and reopened as needed. */
export function localClient(path: string): LocalClient {
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });
  return {
    call(route, body, timeoutMs = 2_000) {
      return new Promise((resolve, reject) => {
        const unavailable = (cause: unknown) =>
          reject(new LinliError("unavailable", `no answer from ${path}`, { cause }));
        const outgoing = request(
          { socketPath: path, path: `/${route}`, method: "POST", agent, timeout: timeoutMs },
          (incoming) => {
            const chunks: Buffer[] = [];
            incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
            incoming.on("error", unavailable);
            incoming.on("end", () => {
              const text = Buffer.concat(chunks).toString();
              if (incoming.statusCode === 200) resolve(JSON.parse(text));
              else reject(failure(text));
            });
          },
        );
        outgoing.on("timeout", () => outgoing.destroy(new Error(`timeout after ${timeoutMs} ms`)));
        outgoing.on("error", unavailable);
        outgoing.end(body === undefined ? "" : JSON.stringify(body));
      });
    },
    close: () => agent.destroy(),
  };
}
