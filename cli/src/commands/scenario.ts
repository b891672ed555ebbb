import { writeFile } from "node:fs/promises";
import type { Command } from "commander";
import { print, printJson } from "../output.ts";
import { withRecordings } from "../scenario/recorded-steps.ts";
import { alertLines, junit, pace, type Ran, verdict } from "../scenario/report.ts";
import { runScenario } from "../scenario/run.ts";
import { readScenarioFiles, type ScenarioFile } from "../scenario/scenario-files.ts";
import { shippedRules } from "../scenario/shipped-rules.ts";
import { play } from "./scenario-play.ts";

interface RunOptions {
  readonly junit?: string;
  readonly json?: boolean;
  readonly recordings?: string;
  readonly alerts?: boolean;
}

async function runAll(
  files: readonly ScenarioFile[],
  folder: string | undefined,
  told: (ran: Ran) => void,
): Promise<readonly Ran[]> {
  const rules = await shippedRules();
  const all: Ran[] = [];
  for (const file of files) {
    if (file.scenario === undefined) continue;
    const scenario = await withRecordings(file.scenario, { file: file.file, ...(folder !== undefined && { folder }) });
    const began = performance.now();
    const run = await runScenario(scenario, rules);
    const ran = { file, run, tookMs: performance.now() - began };
    all.push(ran);
    told(ran);
  }
  return all;
}

async function run(paths: readonly string[], options: RunOptions): Promise<void> {
  const ran = await runAll(await readScenarioFiles(paths), options.recordings, (one) => {
    if (options.json) return;
    for (const line of [...verdict(one), ...(options.alerts ? alertLines(one) : [])]) print(line);
  });
  const failed = ran.filter((one) => one.run.failures.length > 0);
  if (failed.length > 0) process.exitCode = 1;
  if (options.junit !== undefined) await writeFile(options.junit, junit(ran));
  if (options.json) {
    return printJson(
      ran.map(({ file, run: { failures, lasted } }) => ({
        file: file.file,
        lasted,
        failures: failures.map(({ path, message }) => ({ at: file.place(path), message })),
      })),
    );
  }
  print(`${ran.length} scenarios, ${failed.length} failed`);
  console.error(pace(ran));
}

/** `linli scenario …`: stories of what goes wrong, and of who must hear of it. */
export function addScenario(program: Command): void {
  const scenario = program
    .command("scenario")
    .description("play what goes wrong in a neighbourhood, and check what is raised and who is told");
  scenario
    .command("run <file...>")
    .description("in virtual time, through the platform's own parts; always with the same result")
    .option("--junit <file>", "write the results as JUnit XML")
    .option("--recordings <folder>", "where the recordings lie that are played; beside the scenario's file otherwise")
    .option("--alerts", "list every alert, its beginning and what became of it")
    .option("--json", "print JSON")
    .action(run);
  scenario
    .command("play <file>")
    .description(
      "live, against the platform that runs on this data folder: devices of its own, as fast as the clock goes",
    )
    .option("--recordings <folder>", "where the recordings lie that are played; beside the scenario's file otherwise")
    .option("--yes", "on a platform that is no demo: whoever is on duty is really told")
    .action(play);
}
