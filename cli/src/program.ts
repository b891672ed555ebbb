import { isLinliError } from "@linli/model";
import { EXIT_USAGE, explain } from "@linli/runtime";
import { Command } from "commander";
import { addBackup } from "./commands/backup.ts";
import { addDeadLetters } from "./commands/dead-letters.ts";
import { addDoctor } from "./commands/doctor.ts";
import { addImport } from "./commands/import.ts";
import { addInit } from "./commands/init.ts";
import { addNoise } from "./commands/noise.ts";
import { addPlace } from "./commands/place.ts";
import { addReplay } from "./commands/replay.ts";
import { addRules } from "./commands/rules.ts";
import { addScenario } from "./commands/scenario.ts";
import { addSeries } from "./commands/series.ts";
import { addSim } from "./commands/sim.ts";
import { addStart } from "./commands/start.ts";
import { addToken } from "./commands/token.ts";
import { addUser } from "./commands/user.ts";

const EXIT_CODES = `
Exit codes: 0 done · 1 failed · 2 what was given cannot be used (arguments, settings, files)
Settings come from the environment; docs/settings.md lists them.`;

function createProgram(): Command {
  const program = new Command("linli")
    .description("Linli (邻里): facility monitoring for neighbourhoods")
    .version("0.1.0")
    .showHelpAfterError()
    .addHelpText("after", EXIT_CODES);
  addStart(program);
  addSim(program);
  addReplay(program);
  addPlace(program);
  addImport(program);
  addUser(program);
  addToken(program);
  addDeadLetters(program);
  addRules(program);
  addScenario(program);
  addNoise(program);
  addSeries(program);
  addBackup(program);
  addDoctor(program);
  addInit(program);
  return program;
}

/** Runs one command line; an expected failure is explained on stderr, a bug keeps its stack. */
export async function run(argv: readonly string[]): Promise<void> {
  try {
    await createProgram().parseAsync(argv);
  } catch (error) {
    if (!isLinliError(error)) throw error;
    console.error(`linli: ${explain(error)}`);
    process.exitCode = ["invalid", "conflict", "not-found", "corrupt"].includes(error.code) ? EXIT_USAGE : 1;
  }
}
