import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import type { Image } from "./build-image.ts";
import { inJail } from "./jail.ts";

export interface ContainerOptions {
  readonly image: Image;
  readonly environment: Readonly<Record<string, string>>;
  /** The files that stand in /run/secrets, by name. */
  readonly secrets: Readonly<Record<string, string>>;
}

export interface Outcome {
  readonly code: number;
  readonly said: string;
}

/** A process of an image as a container of docker-compose.yml has it: its user, no rights, nothing to write but its volume. */
export class Container {
  readonly #options: ContainerOptions;
  readonly #child: ChildProcess;
  #said = "";

  constructor(options: ContainerOptions, command: readonly string[] = options.image.command) {
    this.#options = options;
    const [program = "", ...words] = this.#words(command);
    this.#child = spawn(program, words, { stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.on("data", (chunk: Buffer) => {
        this.#said += chunk;
      });
    }
  }

  get said(): string {
    return this.#said;
  }

  /** Runs a command beside it, as `docker compose exec` does. */
  exec(...command: readonly string[]): Promise<Outcome> {
    const [program = "", ...words] = this.#words(command);
    return new Promise((resolve) => {
      execFile(program, words, (error, stdout, stderr) => {
        resolve({ code: typeof error?.code === "number" ? error.code : error ? 1 : 0, said: stdout + stderr });
      });
    });
  }

  /** Lines of /proc/…/status: what the process may do. */
  rights(): Record<string, string> {
    const lines = readFileSync(`/proc/${this.#child.pid}/status`, "utf8").split("\n");
    return Object.fromEntries(lines.map((line) => line.split(/:\s*/, 2) as [string, string]));
  }

  /** Resolves with its exit code. */
  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<number | null> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      this.#child.kill(signal);
      await once(this.#child, "exit");
    }
    return this.#child.exitCode;
  }

  #words(command: readonly string[]): string[] {
    const { image, environment, secrets } = this.#options;
    const files = Object.entries(secrets).map(([name, file]) => [`/run/secrets/${name}`, file]);
    return inJail(
      {
        root: image.root,
        workdir: image.workdir,
        environment: { ...image.environment, ...environment },
        user: Number(image.user.split(":")[0]),
        readOnly: [image.workdir],
        binds: Object.fromEntries(files),
      },
      command,
    );
  }
}
