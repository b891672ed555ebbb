import { glob, readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { parseRuleFile } from "@linli/alerting";
import type { Problem, Rule } from "@linli/model";

const FOLDER = join(import.meta.dirname, "..");
const TEST_END = ".test.yaml";

/** The rules that come with Linli; a file with problems gives no rule, the others go on. */
export interface ShippedRules {
  readonly rules: readonly Rule[];
  readonly problems: readonly Problem[];
}

/** The paths of their files, in order. */
export async function shippedRuleFiles(): Promise<readonly string[]> {
  const found = await Array.fromAsync(glob("*/*.yaml", { cwd: FOLDER, exclude: (name) => name === "node_modules" }));
  return found
    .filter((file) => !isTestFile(file))
    .toSorted()
    .map((file) => join(FOLDER, file));
}

export function isTestFile(file: string): boolean {
  return file.endsWith(TEST_END);
}

/** The test of a rule lies beside it. */
export function testFileOf(file: string): string {
  return file.replace(/\.ya?ml$/, TEST_END);
}

/** Reads every rule beside this package, in the order of their files. */
export async function loadShippedRules(): Promise<ShippedRules> {
  const parsed = await Promise.all(
    (await shippedRuleFiles()).map(async (path) =>
      parseRuleFile(await readFile(path, "utf8"), relative(process.cwd(), path)),
    ),
  );
  return {
    rules: parsed.flatMap(({ rule }) => rule ?? []),
    problems: parsed.flatMap(({ problems }) => problems),
  };
}
