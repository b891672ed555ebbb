import { execFile, spawnSync } from "node:child_process";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { eventually, type Platform } from "../../support/platform.ts";

const SOURCE = fileURLToPath(import.meta.resolve("./unsynced.c"));
const COMPILER = "gcc";
const run = promisify(execFile);

/** True where the shim can be compiled and preloaded. */
export function canLosePower(): boolean {
  return process.platform === "linux" && spawnSync(COMPILER, ["--version"]).status === 0;
}

/** A power switch for the processes that are started with `environment`. */
export interface PowerSwitch {
  /** `neverSynced`: a sync of files whose path contains one of it is pretended. */
  environment(dataDir: string, neverSynced?: string): Readonly<Record<string, string>>;
  /** The file whose appearance cuts the power. */
  readonly trigger: string;
  /** Resolves when every process of the platform is gone. */
  gone(platform: Platform): Promise<void>;
}

/** Compiles the shim into the folder. */
export async function makePowerSwitch(dir: string): Promise<PowerSwitch> {
  const library = join(dir, "unsynced.so");
  const trigger = join(dir, "power-is-cut");
  await run(COMPILER, ["-shared", "-fPIC", "-O1", "-o", library, SOURCE, "-lpthread", "-ldl"]);
  return {
    trigger,
    environment: (dataDir, neverSynced) => ({
      LD_PRELOAD: library,
      UV_USE_IO_URING: "0", // its writes would pass the shim by
      POWER_LOSS_FOLDER: dataDir,
      POWER_LOSS_TRIGGER: trigger,
      ...(neverSynced && { POWER_LOSS_NO_SYNC: neverSynced }),
    }),
    async gone({ pid }) {
      await eventually("every process is gone", () => (isGroupAlive(pid) ? undefined : true));
      await rm(trigger);
    },
  };
}

function isGroupAlive(leader: number): boolean {
  try {
    process.kill(-leader, 0);
    return true;
  } catch {
    return false;
  }
}
