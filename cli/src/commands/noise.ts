import { writeFile } from "node:fs/promises";
import { Worker } from "node:worker_threads";
import { type Command, InvalidArgumentError } from "commander";
import { noisePage } from "../noise/page.ts";
import type { Tally } from "../noise/tally.ts";
import type { Asked } from "../noise/worker.ts";
import { print, printJson } from "../output.ts";
import { shippedRules } from "../scenario/shipped-rules.ts";

interface NoiseOptions {
  readonly days: number;
  readonly write?: string;
  readonly json?: boolean;
}

function parseDays(text: string): number {
  const days = Number(text);
  if (Number.isInteger(days) && days >= 1 && days <= 366) return days;
  throw new InvalidArgumentError("a whole number of days, 1 to 366");
}

/** In a thread of its own: two months take as long as one where there are two cores. */
function played(asked: Asked, progress: (share: number) => void): Promise<Tally> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL("../noise/worker.ts", import.meta.url), { workerData: asked });
    worker.on("message", (message: { progress: number } | { tally: Tally }) => {
      if ("progress" in message) progress(message.progress);
      else resolve(message.tally);
    });
    worker.once("error", reject);
    worker.once("exit", (code) => reject(new Error(`the thread ended with ${code}`)));
  });
}

async function noise({ days, write, json }: NoiseOptions): Promise<void> {
  const shares = [0, 0];
  let shown = 0;
  const show = (index: number) => (share: number) => {
    shares[index] = share;
    const percent = Math.floor((100 * ((shares[0] ?? 0) + (shares[1] ?? 0))) / 2);
    if (percent <= shown) return;
    shown = percent;
    console.error(`${percent} %`);
  };
  const [normal, broken] = await Promise.all([
    played({ days, withFaults: false }, show(0)),
    played({ days, withFaults: true }, show(1)),
  ]);
  if (json) return printJson({ normal, broken });
  const page = noisePage(normal, broken, await shippedRules());
  if (write === undefined) return print(page);
  await writeFile(write, page);
  print(write);
}

/** `linli noise`: what a month gives to those who are told. */
export function addNoise(program: Command): void {
  program
    .command("noise")
    .description("play a normal month of the bundled neighbourhood and one with faults, and count who is told what")
    .option("--days <days>", "how long each of them is", parseDays, 30)
    .option("--write <file>", "write the page there; on the standard output otherwise")
    .option("--json", "print JSON")
    .action(noise);
}
