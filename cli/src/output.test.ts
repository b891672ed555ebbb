import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const output = fileURLToPath(import.meta.resolve("./output.ts"));

test("a command whose output nobody reads any more ends quietly, with its own code", async () => {
  const script = `
    import { print } from ${JSON.stringify(output)};
    import { setImmediate } from "node:timers/promises";
    for (let n = 0; n < 2_000; n++) { print("x".repeat(1_000)); await setImmediate(); }
    process.exitCode = 7;`;
  const child = spawn(process.execPath, ["--input-type=module-typescript", "--eval", script], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const said: Buffer[] = [];
  child.stderr.on("data", (chunk: Buffer) => said.push(chunk));
  child.stdout.once("data", () => child.stdout.destroy());
  const [code] = (await once(child, "close")) as [number | null];
  expect(Buffer.concat(said).toString()).toBe("");
  expect(code).toBe(7);
});
