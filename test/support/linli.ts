import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(import.meta.resolve("../../cli/src/main.ts"));

export interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs one `linli` command line the way a person does, and resolves with what it said and its exit code. */
export function linli(
  words: readonly string[],
  environment: Readonly<Record<string, string>>,
  input?: string,
): Promise<Run> {
  return new Promise((resolve) => {
    const env = { PATH: process.env.PATH, HOME: process.env.HOME, ...environment };
    const child = execFile(process.execPath, [MAIN, ...words], { env, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === "number" ? error.code : error ? 1 : 0, stdout, stderr });
    });
    child.stdin?.end(input ?? "");
  });
}
