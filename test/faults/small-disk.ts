import { execFileSync } from "node:child_process";
import { appendFile, mkdtemp, rm, statfs } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const SIZE_MB = 96;
const [MOUNT, UNMOUNT] = ["mount", "umount"];

function mount(...args: readonly string[]): boolean {
  try {
    execFileSync(MOUNT, args, { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** True where a file system can be mounted: Linux, as root. */
export function canMount(): boolean {
  return process.platform === "linux" && process.getuid?.() === 0 && mount("--version");
}

/** A real file system of its own, small enough to be filled. */
export interface SmallDisk {
  readonly dir: string;
  /** Fills it until no more than so many bytes are free, whatever was given back since the last time. */
  fill(freeBytes: number): Promise<void>;
  /** Takes the filling away. */
  clear(): Promise<void>;
  remove(): Promise<void>;
}

export async function mountSmallDisk(): Promise<SmallDisk> {
  const dir = await mkdtemp(join(tmpdir(), "linli-disk-"));
  const filling = join(dir, "filling");
  if (!mount("-t", "tmpfs", "-o", `size=${SIZE_MB}m`, "tmpfs", dir)) throw new Error(`${dir} cannot be mounted`);
  const free = async () => {
    const { bavail, bsize } = await statfs(dir);
    return bavail * bsize;
  };
  return {
    dir,
    async fill(freeBytes) {
      const surplus = (await free()) - freeBytes;
      if (surplus <= 0) return;
      try {
        await appendFile(filling, Buffer.alloc(surplus, 1));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error; // others were faster: it is full
      }
    },
    clear: () => rm(filling, { force: true }),
    async remove() {
      execFileSync(UNMOUNT, ["--lazy", dir]);
      await rm(dir, { recursive: true, force: true });
    },
  };
}
