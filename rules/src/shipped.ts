import { glob, readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { parseRuleFile } from "@linli/alerting";
import type { Problem, Rule } from "@linli/model";

const FOLDER = join(import.meta.dirname, "..");

/** The rules that come with Linli; a file with problems gives no rule, the others go on. */
export interface ShippedRules {
  readonly rules: readonly Rule[];
  readonly problems: readonly Problem[];
}

/** Reads every rule beside this package, in the order of their files. */
export async function loadShippedRules(): Promise<ShippedRules> {
  const found = await Array.fromAsync(glob("*/*.yaml", { cwd: FOLDER, exclude: (name) => name === "node_modules" }));
  const files = found.filter((file) => !file.endsWith(".test.yaml")).toSorted();
  const parsed = await Promise.all(
    files.map(async (file) => {
      const path = join(FOLDER, file);
      return parseRuleFile(await readFile(path, "utf8"), relative(process.cwd(), path));
    }),
  );
  return {
    rules: parsed.flatMap(({ rule }) => rule ?? []),
    problems: parsed.flatMap(({ problems }) => problems),
  };
}
