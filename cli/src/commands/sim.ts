import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Command } from "commander";

/** `linli sim …`: the simulator's own command line, with its own help. */
export function addSim(program: Command): void {
  program
    .command("sim")
    .description("simulate a fleet of devices against any broker (linli sim --help)")
    .allowUnknownOption()
    .helpOption(false)
    .argument("[arguments...]")
    .action((_, __, command: Command) => {
      const main = fileURLToPath(import.meta.resolve("../../../devices-sim/src/main.ts"));
      const child = spawn(process.execPath, [main, ...command.args], { stdio: "inherit" });
      // Ctrl-C reaches the child by itself; its exit code is ours
      process.on("SIGINT", () => {});
      process.on("SIGTERM", () => child.kill("SIGTERM"));
      return new Promise<void>((resolve) => {
        child.once("exit", (code) => {
          process.exitCode = code ?? 1;
          resolve();
        });
      });
    });
}
