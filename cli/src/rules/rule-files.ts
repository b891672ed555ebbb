import { readFile } from "node:fs/promises";
import { relative } from "node:path";
import { compileRule, parsePlaced, parseRuleFile } from "@linli/alerting";
import { DEVICE_KINDS, isLinliError, LinliError, type Problem, type Rule } from "@linli/model";
import { isTestFile, loadShippedRules, shippedRuleFiles } from "@linli/rules";

/** A rule's file, read and checked; without a rule, its problems say why: `file:line:column path`. */
export interface RuleFile {
  readonly file: string;
  readonly rule: Rule | undefined;
  readonly problems: readonly Problem[];
  /** What its author should know; it can be used all the same. */
  readonly warnings: readonly Problem[];
}

/** Fails with `not-found` for a file that cannot be read. */
export async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    throw new LinliError("not-found", `${file} cannot be read: ${(error as Error).message}`);
  }
}

/** What a rule says that its kinds cannot, and what it had better not say, each at its place in the text. */
function remarks(rule: Rule, text: string, file: string): Pick<RuleFile, "problems" | "warnings"> {
  const inPlace = (found: readonly Problem[]) => {
    const placed = parsePlaced(text, file);
    return found.map((problem) => ({ ...problem, field: placed.place(problem.field) }));
  };
  try {
    const { warnings } = compileRule(rule, { version: 1, kinds: DEVICE_KINDS });
    return { problems: [], warnings: inPlace(warnings) };
  } catch (error) {
    if (!isLinliError(error, "invalid")) throw error;
    return { problems: inPlace(error.problems ?? []), warnings: [] };
  }
}

export async function readRuleFile(file: string): Promise<RuleFile> {
  const shown = relative(process.cwd(), file);
  const text = await readText(file);
  const { rule, problems } = parseRuleFile(text, shown);
  if (rule === undefined) return { file: shown, rule, problems, warnings: [] };
  return { file: shown, rule, ...remarks(rule, text, shown) };
}

/** The files that were named, rules for tests too; all that ship when none were. */
export async function ruleFilesOf(named: readonly string[]): Promise<readonly string[]> {
  if (named.length === 0) return shippedRuleFiles();
  const files = named.map((file) => (isTestFile(file) ? file.replace(/\.test\.yaml$/, ".yaml") : file));
  return [...new Set(files)];
}

/** All rules: those of the files, and those that ship and are not replaced by them. */
export async function withShipped(own: readonly Rule[]): Promise<readonly Rule[]> {
  const ids = new Set(own.map(({ id }) => id));
  const { rules } = await loadShippedRules();
  return [...own, ...rules.filter(({ id }) => !ids.has(id))];
}
