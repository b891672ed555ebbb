import { request } from "node:http";
import { join } from "node:path";

// The health check of a container: exits 0 when every process named (all four of the platform otherwise) answers on its
// local socket and is ready. A database that is away does not make it fail: a restart would not bring that back.
// It loads nothing of ours, because it runs every half minute.

const ANSWER_WITHIN_MS = 5_000;
const ALL = ["broker", "ingest", "api", "notify"];

function isReady(name: string): Promise<boolean> {
  const socketPath = join(process.env.LINLI_DATA_DIR ?? "data", "run", `${name}.sock`);
  return new Promise((resolve) => {
    const fail = () => resolve(false);
    const asked = request({ socketPath, path: "/status", method: "POST", timeout: ANSWER_WITHIN_MS }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => chunks.push(chunk));
      answer.on("error", fail);
      answer.on("end", () => {
        try {
          resolve(JSON.parse(Buffer.concat(chunks).toString()).ready === true);
        } catch {
          fail();
        }
      });
    });
    asked.on("error", fail);
    asked.on("timeout", () => asked.destroy());
    asked.on("close", fail);
    asked.end();
  });
}

const names = process.argv.length > 2 ? process.argv.slice(2) : ALL;
const ready = await Promise.all(names.map(isReady));
const waiting = names.filter((_, index) => !ready[index]);
console.log(waiting.length === 0 ? "ready" : `not ready: ${waiting.join(", ")}`);
process.exitCode = waiting.length === 0 ? 0 : 1;
