import { isLinliError } from "@linli/model";
import { EXIT_USAGE, readSettings } from "@linli/runtime";
import type { Command } from "commander";
import { examine } from "../doctor/checks.ts";
import { type Finding, ok, problem } from "../doctor/finding.ts";
import { print, printJson } from "../output.ts";

const MARKS = { ok: "✓", warning: "!", problem: "✗" } as const;

async function findings(fix: boolean): Promise<Finding[]> {
  try {
    const settings = readSettings(process.env);
    return [ok("settings", "can be used"), ...(await examine(settings, { fix }))];
  } catch (error) {
    if (!isLinliError(error, "invalid")) throw error;
    return error.problems.map(({ field, value, message }) =>
      problem("settings", value === undefined ? field : `${field} = ${JSON.stringify(value)}`, message),
    );
  }
}

/** `linli doctor`: looks at settings, ports, disk, clock and stores, and says what to do. */
export function addDoctor(program: Command): void {
  program
    .command("doctor")
    .description("look for what is wrong with settings, ports, disk, clock and stores, and say what to do")
    .option("--fix", "make the databases of the series store that are missing, as far as the rights go")
    .option("--json", "print JSON")
    .action(async (options: { fix?: boolean; json?: boolean }) => {
      const found = await findings(options.fix ?? false);
      if (found.some(({ verdict }) => verdict === "problem")) process.exitCode = EXIT_USAGE;
      if (options.json) return printJson(found);
      for (const { check, verdict, detail, remedy } of found) {
        print(`${MARKS[verdict]} ${check.padEnd(12)} ${detail}`);
        if (remedy) print(`  ${"→".padStart(12)} ${remedy}`);
      }
    });
}
