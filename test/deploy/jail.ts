import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** What a jail shows of this machine: its programs, and nothing it could change. */
const SHARED = ["/usr", "/bin", "/sbin", "/lib", "/lib64", "/etc", "/proc", "/dev"];
/** Node stands here in a jail, before any other. */
const NODE = "/opt/node";

export interface JailOptions {
  /** Folder that is the root inside. */
  readonly root: string;
  /** Where the command runs, as seen inside. */
  readonly workdir: string;
  readonly environment: Readonly<Record<string, string>>;
  /** As this user, without any rights of root; root otherwise. */
  readonly user?: number;
  /** Paths inside that cannot be written. */
  readonly readOnly?: readonly string[];
  /** Folders and files of this machine, by the path inside where they stand. */
  readonly binds?: Readonly<Record<string, string>>;
}

const [MOUNT, UNSHARE] = ["mount", "unshare"];

/**
 * The words of a command that runs `command` inside: mounts of its own, a root of its own, the same process from the first
 * word to the last, so that a signal reaches it. Needs to be root on Linux.
 */
export function inJail(options: JailOptions, command: readonly string[]): string[] {
  const { root, workdir, environment, user, readOnly = [], binds = {} } = options;
  const shared = SHARED.filter((path) => existsSync(path)).map((path) => [path, path] as const);
  const mounts = [...shared, [NODE, dirname(process.execPath)] as const, ...Object.entries(binds)];
  const lines = [`${MOUNT} --make-rprivate /`];
  for (const [inside, outside] of mounts) {
    const target = join(root, inside);
    mkdirSync(statSync(outside).isDirectory() ? target : dirname(target), { recursive: true });
    if (!existsSync(target)) writeFileSync(target, "");
    lines.push(`${MOUNT} --rbind '${outside}' '${join(root, inside)}'`);
  }
  mkdirSync(join(root, "tmp"), { recursive: true });
  lines.push(`${MOUNT} -t tmpfs -o mode=1777 tmpfs '${join(root, "tmp")}'`);
  for (const path of readOnly) {
    const outside = join(root, path);
    lines.push(`${MOUNT} --bind '${outside}' '${outside}'`, `${MOUNT} -o remount,bind,ro '${outside}'`);
  }
  const path = `${NODE}:${environment.PATH ?? process.env.PATH}`;
  const variables = Object.entries({ HOME: "/tmp", ...environment, PATH: path }).map((pair) => pair.join("="));
  const asUser =
    user === undefined
      ? []
      : ["setpriv", `--reuid=${user}`, `--regid=${user}`, "--clear-groups", "--no-new-privs", "--bounding-set=-all"];
  lines.push(`exec chroot '${root}' env -i "$@"`);
  const script = lines.join("\n");
  return [UNSHARE, "--mount", "sh", "-ec", script, "sh", "-C", workdir, ...variables, ...asUser, ...command];
}

export function canJail(): boolean {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return false;
  try {
    execFileSync(UNSHARE, ["--mount", "sh", "-c", `${MOUNT} --make-rprivate / && command -v setpriv chroot`]);
    return true;
  } catch {
    return false;
  }
}
