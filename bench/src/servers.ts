import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** A server under load: where it listens, its process, and its end. */
export interface Server {
  readonly port: number;
  readonly pid: number;
  stop(): Promise<void>;
}

export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}

function listening(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    let left = 600;
    const attempt = () => {
      const probe = connect(port, "127.0.0.1");
      probe.once("connect", () => {
        probe.destroy();
        resolve();
      });
      probe.once("error", () =>
        left-- > 0 ? setTimeout(attempt, 50) : reject(new Error(`nothing listens on ${port}`)),
      );
    };
    attempt();
  });
}

async function ended(child: ChildProcess): Promise<void> {
  const exit = new Promise((resolve) => child.once("exit", resolve));
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGTERM");
  await exit;
}

/** A child that is ready once it listens. */
async function serverOf(child: ChildProcess, port: number): Promise<Server> {
  await listening(port);
  return { port, pid: child.pid ?? 0, stop: () => ended(child) };
}

const main = (path: string) => fileURLToPath(import.meta.resolve(path));

/** Aedes alone, nothing durable. */
export async function startBareAedes(): Promise<Server> {
  const port = await freePort();
  return serverOf(spawn(process.execPath, [main("./bare-aedes.ts"), String(port)], { stdio: "ignore" }), port);
}

const MOSQUITTO = ["/usr/sbin/mosquitto", "/usr/bin/mosquitto", "/usr/local/sbin/mosquitto"].find((file) =>
  existsSync(file),
);

export interface MosquittoOptions {
  /** Any free one unless given. */
  readonly port?: number;
  /** Sessions and queues are saved there so often, s; nowhere unless given. */
  readonly saved?: { readonly folder: string; readonly everySeconds: number };
}

/** Mosquitto without limits of its own; undefined where it is not installed. */
export async function startMosquitto({ port, saved }: MosquittoOptions = {}): Promise<Server | undefined> {
  if (!MOSQUITTO) return undefined;
  const listens = port ?? (await freePort());
  const dir = await mkdtemp(join(tmpdir(), "linli-mosquitto-"));
  const file = join(dir, "mosquitto.conf");
  const lines = [
    `listener ${listens} 127.0.0.1`,
    "allow_anonymous true",
    "max_inflight_messages 0",
    "max_queued_messages 0",
    ...(saved
      ? ["persistence true", `persistence_location ${saved.folder}/`, `autosave_interval ${saved.everySeconds}`]
      : ["persistence false"]),
    ...(process.getuid?.() === 0 ? ["user root"] : []),
  ];
  await writeFile(file, `${lines.join("\n")}\n`);
  const server = await serverOf(spawn(MOSQUITTO, ["-c", file], { stdio: "ignore" }), listens);
  return { ...server, stop: () => server.stop().then(() => rm(dir, { recursive: true })) };
}

/** The Linli broker alone, on a data folder that is there. */
export async function startBroker(dataDir: string): Promise<Server> {
  const port = await freePort();
  const environment = {
    ...process.env,
    LINLI_DATA_DIR: dataDir,
    LINLI_MQTT_PORT: String(port),
    LINLI_LOG_LEVEL: "error",
  };
  const child = spawn(process.execPath, [main("../../broker/src/main.ts")], {
    env: environment,
    stdio: ["ignore", "ignore", "inherit"],
  });
  return serverOf(child, port);
}

/** Seconds of CPU that a process has used, and its resident bytes. Linux only. */
export async function usageOf(pid: number): Promise<{ cpuSeconds: number; rssBytes: number }> {
  const stat = (await readFile(`/proc/${pid}/stat`, "utf8")).split(") ")[1]?.split(" ") ?? [];
  return { cpuSeconds: (Number(stat[11]) + Number(stat[12])) / 100, rssBytes: Number(stat[21]) * 4_096 };
}
