import { relative } from "node:path";
import { LinliError, type Problem } from "@linli/model";
import { readText } from "../rules/rule-files.ts";
import { type ParsedScenario, parseScenario } from "./file/scenario-file.ts";

/** A scenario's file, read and checked. */
export interface ScenarioFile extends ParsedScenario {
  /** As it is shown: relative to the working folder. */
  readonly file: string;
}

/** Fails with `not-found` for a file that cannot be read. */
async function readScenarioFile(path: string): Promise<ScenarioFile> {
  const file = relative(process.cwd(), path);
  return { file, ...parseScenario(await readText(path), file) };
}

/** All of them. Fails with `invalid`, listing everything that is wrong in any of them. */
export async function readScenarioFiles(paths: readonly string[]): Promise<readonly ScenarioFile[]> {
  const files = await Promise.all(paths.map(readScenarioFile));
  const problems: readonly Problem[] = files.flatMap((one) => one.problems);
  if (problems.length > 0) throw new LinliError("invalid", "the scenarios cannot be used", { problems });
  return files;
}
