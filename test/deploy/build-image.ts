import { execFile } from "node:child_process";
import { cp, mkdir } from "node:fs/promises";
import { homedir } from "node:os";
import { basename, join, relative } from "node:path";
import { promisify } from "node:util";
import { createIgnore, type Instruction, pairsOf, readDockerfile, type Stage } from "./dockerfile.ts";
import { inJail } from "./jail.ts";

const run = promisify(execFile);

/** What an image says of how it is run. */
export interface Image {
  /** The folder that is its root. */
  readonly root: string;
  readonly workdir: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly user: string;
  readonly command: readonly string[];
  readonly healthCheck: readonly string[];
  readonly base: string;
}

export interface BuildOptions {
  /** The folder with the sources. */
  readonly context: string;
  readonly dockerfile: string;
  readonly ignore: string;
  /** An empty folder for the stages. */
  readonly work: string;
}

/** How this machine reaches what a build fetches. */
const REACH = ["NODE_EXTRA_CA_CERTS", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy"];

/** The same of npm's own settings, wherever on this machine they stand: the build's npm has another place for them. */
const NPM_REACH = ["registry", "cafile", "proxy", "https-proxy", "noproxy"];

async function reach(): Promise<Record<string, string>> {
  const variables = REACH.map((name) => [name, process.env[name] ?? ""] as const);
  const settings = NPM_REACH.map(async (name) => {
    const { stdout } = await run("npm", ["config", "get", name]);
    return [`npm_config_${name.replaceAll("-", "_")}`, stdout.trim().replace(/^(null|undefined)$/, "")] as const;
  });
  return Object.fromEntries([...variables, ...(await Promise.all(settings))].filter(([, value]) => value !== ""));
}

/** Where package managers keep what they have fetched before. */
const home = homedir();

type Building = { -readonly [Key in keyof Image]: Image[Key] };

/**
 * Does what the Dockerfile says, step by step and word by word, on this machine: the sources as .dockerignore lets them
 * through, each stage in a root of its own, this Node and the programs of this system in place of those of the base image.
 */
export async function buildImage({ context, dockerfile, ignore, work }: BuildOptions): Promise<Image> {
  const isTaken = createIgnore(ignore);
  const built = new Map<string, Building>();

  async function copy(into: Building, words: readonly string[]): Promise<void> {
    const from = words[0]?.startsWith("--from=") ? built.get(words[0].slice("--from=".length)) : undefined;
    const [target = "", ...sources] = words.filter((word) => !word.startsWith("--")).toReversed();
    for (const source of sources) {
      const path = join(from?.root ?? context, source);
      const inFolder = target.endsWith("/") && /\.\w+$|^[A-Z]+$/.test(basename(source));
      await cp(path, join(into.root, into.workdir, target, inFolder ? basename(source) : ""), {
        recursive: true,
        verbatimSymlinks: true,
        filter: (one) => from !== undefined || one === context || isTaken(relative(context, one)),
      });
    }
  }

  async function follow(stage: Building, { name, rest }: Instruction): Promise<void> {
    switch (name) {
      case "WORKDIR":
        stage.workdir = rest;
        await mkdir(join(stage.root, rest), { recursive: true });
        return;
      case "COPY":
        return copy(stage, rest.split(" "));
      case "RUN": {
        const { root, workdir, environment } = stage;
        const binds = { [home]: home };
        const jail = { root, workdir, environment: { HOME: home, ...(await reach()), ...environment }, binds };
        const words = inJail(jail, ["sh", "-c", rest]);
        await run(words[0] ?? "", words.slice(1), { maxBuffer: 1 << 26 });
        return;
      }
      case "ENV":
        stage.environment = { ...stage.environment, ...Object.fromEntries(pairsOf(rest)) };
        return;
      case "USER":
        stage.user = rest;
        return;
      case "CMD":
        stage.command = JSON.parse(rest) as string[];
        return;
      case "HEALTHCHECK":
        stage.healthCheck = JSON.parse(rest.slice(rest.indexOf("["))) as string[];
        return;
      case "LABEL":
      case "VOLUME":
      case "EXPOSE":
      case "STOPSIGNAL":
        return;
      default:
        throw new Error(`${name} is not known here`);
    }
  }

  const stages: readonly Stage[] = readDockerfile(dockerfile);
  for (const { name, base, instructions } of stages) {
    const root = join(work, name);
    await mkdir(root, { recursive: true });
    const stage = { root, workdir: "/", environment: {}, user: "", command: [], healthCheck: [], base };
    built.set(name, stage);
    for (const instruction of instructions) await follow(stage, instruction);
  }
  const image = built.get("image");
  if (!image) throw new Error("no stage without a name");
  return image;
}
