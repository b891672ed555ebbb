import type { Problem } from "@linli/model";
import { readRuleFile, ruleFilesOf, withShipped } from "./rule-files.ts";

/** What became of checking files: how many, and all that is wrong with them. */
export interface CheckedRules {
  readonly files: number;
  readonly problems: readonly Problem[];
  /** What can be used, and had better be known. */
  readonly warnings: readonly Problem[];
}

/** Parses each file, type-checks it against the kinds, and looks for what no single file shows. */
export async function checkRules(named: readonly string[]): Promise<CheckedRules> {
  const files = await Promise.all((await ruleFilesOf(named)).map(readRuleFile));
  const rules = files.flatMap(({ rule }) => rule ?? []);
  const known = new Set((await withShipped(rules)).map(({ id }) => id));
  const problems = files.flatMap(({ file, rule, problems: own }, index) => {
    if (rule === undefined) return own;
    const first = files.findIndex((other) => other.rule?.id === rule.id);
    const twice = { field: `${file} id`, value: rule.id, message: `the same id as in ${files[first]?.file}` };
    const strangers = rule.replaces
      .filter((id) => !known.has(id))
      .map((id) => ({ field: `${file} replaces`, value: id, message: "no such rule" }));
    return [...own, ...(first === index ? [] : [twice]), ...strangers];
  });
  return { files: files.length, problems, warnings: files.flatMap(({ warnings }) => warnings) };
}
