import { relative } from "node:path";
import { parseRuleTest, type RuleTestResult, runRuleTest } from "@linli/alerting";
import { DEVICE_KINDS, isLinliError, type Problem, type Rule } from "@linli/model";
import { relatedRules, testFileOf } from "@linli/rules";
import { readRuleFile, readText, ruleFilesOf, withShipped } from "./rule-files.ts";

/** A rule and its cases; with problems, it could not be run at all. */
export interface TestedRule {
  readonly rule: string;
  readonly results: readonly RuleTestResult[];
  readonly problems: readonly Problem[];
}

async function testRule(rule: Rule, file: string, all: readonly Rule[]): Promise<TestedRule> {
  const testFile = testFileOf(file);
  const { test, problems } = parseRuleTest(await readText(testFile), relative(process.cwd(), testFile));
  if (test === undefined) return { rule: rule.id, results: [], problems };
  const others = relatedRules(rule, all, test.device.kind);
  try {
    return { rule: rule.id, results: runRuleTest(rule, test, { kinds: DEVICE_KINDS, others }), problems: [] };
  } catch (error) {
    if (!isLinliError(error, "invalid")) throw error;
    const found = error.problems ?? [{ field: "rule", message: error.message }];
    const shown = relative(process.cwd(), testFile);
    return { rule: rule.id, results: [], problems: found.map((one) => ({ ...one, field: `${shown} ${one.field}` })) };
  }
}

/** Runs the test beside each rule, in virtual time. Fails with `not-found` when a rule has none. */
export async function testRules(named: readonly string[]): Promise<readonly TestedRule[]> {
  const paths = await ruleFilesOf(named);
  const files = await Promise.all(paths.map(async (path) => ({ path, ...(await readRuleFile(path)) })));
  const all = await withShipped(files.flatMap(({ rule }) => rule ?? []));
  return Promise.all(
    files.map(async ({ path, file, rule, problems }) =>
      rule === undefined || problems.length > 0 ? { rule: file, results: [], problems } : testRule(rule, path, all),
    ),
  );
}
