import { access, chmod, mkdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { LinliError } from "@linli/model";
import { newPassword, newToken } from "@linli/runtime";
import type { Command } from "commander";
import { print, printJson } from "../output.ts";

/** The secrets of docker-compose.yml: file in `secrets/` → what it is for, and how it is made up. */
const SECRETS: Readonly<Record<string, readonly [purpose: string, make: () => string]>> = {
  linli_admin_password: ["signing in to Linli as admin", newPassword],
  linli_metrics_token: ["Prometheus, to read the metrics of Linli", newToken],
  influxdb_admin_password: ["signing in to InfluxDB as admin", newPassword],
  influxdb_token: ["Linli and Grafana, to use InfluxDB", newToken],
  grafana_admin_password: ["signing in to Grafana as admin", newPassword],
};

const ENVIRONMENT = `# Made by \`linli init\` for docker-compose.yml. No secret is in here: they are in secrets/.
# Every setting of docs/settings.md may be added, such as LINLI_RETENTION_RAW=30d.

# one = all of Linli in a container, split = a container per process; monitoring = with Prometheus.
COMPOSE_PROFILES=one,monitoring

# Where each can be reached: a port of this machine, or an address of it and a port. Passwords travel over HTTP: put a proxy
# that ends TLS in front before it is opened to a network (docs/operations.md).
PUBLISH_HTTP=127.0.0.1:8080
PUBLISH_MQTT=1883
PUBLISH_GRAFANA=127.0.0.1:3000
PUBLISH_PROMETHEUS=127.0.0.1:9090

# Who asks through such a proxy comes from the network of the containers.
LINLI_TRUSTED_PROXIES=loopback,172.16.0.0/12

# 1 = the demo neighbourhood and its simulator, if the data folder is new.
LINLI_DEMO=0
`;

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

async function refuseToOverwrite(paths: readonly string[]): Promise<void> {
  const present: string[] = [];
  for (const path of paths) if (await isThere(path)) present.push(path);
  if (present.length === 0) return;
  const message = "is there already, and what it holds may be in use";
  throw new LinliError("conflict", "nothing was written", {
    problems: present.map((field) => ({ field, message })),
  });
}

/**
 * A container runs as a user of its own and must be able to read a file that is bound into it, so the files are readable
 * to all; the folder lets nobody in but its owner.
 */
async function writeSecrets(folder: string): Promise<void> {
  await mkdir(folder, { mode: 0o700 });
  for (const [name, [, make]] of Object.entries(SECRETS)) {
    const file = join(folder, name);
    // no line end: not every program that reads it takes one off
    await writeFile(file, make(), { flag: "wx" });
    await chmod(file, 0o444); // whatever the umask is
  }
}

async function run(options: { folder: string; json?: boolean }): Promise<void> {
  const environment = resolve(options.folder, ".env");
  const secrets = resolve(options.folder, "secrets");
  await refuseToOverwrite([environment, secrets]);
  try {
    await writeSecrets(secrets);
    await writeFile(environment, ENVIRONMENT, { mode: 0o600, flag: "wx" });
  } catch (error) {
    throw new LinliError("invalid", `${options.folder} cannot be written: ${(error as Error).message}`, {
      cause: error,
    });
  }
  if (options.json) return printJson({ environment, secrets: Object.keys(SECRETS).map((name) => join(secrets, name)) });
  print(`${environment}   settings of docker-compose.yml`);
  for (const [name, [purpose]] of Object.entries(SECRETS)) print(`${join(secrets, name)}   ${purpose}`);
  print("");
  print("Next: docker compose up --detach --build --wait");
}

/** `linli init`: what docker-compose.yml needs beside it, with secrets that nobody else has. */
export function addInit(program: Command): void {
  program
    .command("init")
    .description("write .env and secrets/ for docker-compose.yml, with random secrets; overwrites nothing")
    .option("--folder <path>", "where docker-compose.yml is", ".")
    .option("--json", "print JSON")
    .action(run);
}
