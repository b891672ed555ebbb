import { DEVICE_KINDS, type Problem } from "@linli/model";
import { explainRule, LANGUAGES, type Language, loadShippedRules, ruleInWords } from "@linli/rules";
import { EXIT_USAGE } from "@linli/runtime";
import { type Command, Option } from "commander";
import { print, printJson } from "../output.ts";
import { checkRules } from "../rules/check-rules.ts";
import { findRule } from "../rules/find-rule.ts";
import { testRules } from "../rules/test-rules.ts";

interface Options {
  readonly json?: boolean;
}

function inWords({ field, message, value }: Problem): string {
  return `${field}: ${message}${value === undefined ? "" : ` (${JSON.stringify(value)})`}`;
}

async function check(files: readonly string[], { json }: Options): Promise<void> {
  const checked = await checkRules(files);
  if (checked.problems.length > 0) process.exitCode = EXIT_USAGE;
  if (json) return printJson(checked);
  for (const problem of checked.problems) console.error(inWords(problem));
  for (const warning of checked.warnings) console.error(`warning: ${inWords(warning)}`);
  print(`${checked.files} rules, ${checked.problems.length} problems`);
}

async function test(files: readonly string[], { json }: Options): Promise<void> {
  const tested = await testRules(files);
  const failed = tested.flatMap(({ results }) => results.filter(({ failures }) => failures.length > 0));
  const unusable = tested.flatMap(({ problems }) => problems);
  if (unusable.length > 0) process.exitCode = EXIT_USAGE;
  else if (failed.length > 0) process.exitCode = 1;
  if (json) return printJson(tested);
  for (const { rule, results, problems } of tested) {
    for (const problem of problems) console.error(inWords(problem));
    for (const { name, failures } of results) {
      for (const failure of failures) console.error(`${rule}: ${name}\n  ${failure}`);
    }
  }
  const cases = tested.reduce((sum, { results }) => sum + results.length, 0);
  print(`${tested.length} rules, ${cases} cases, ${failed.length} failed, ${unusable.length} problems`);
}

async function explain(name: string, { json, language }: Options & { readonly language: Language }): Promise<void> {
  const rule = await findRule(name);
  const { rules } = await loadShippedRules();
  const options = { language, kinds: DEVICE_KINDS, rules };
  if (json) return printJson(ruleInWords(rule, options));
  for (const line of explainRule(rule, options)) print(line);
}

/** `linli rules …`: the rules that raise alerts, as files. */
export function addRules(program: Command): void {
  const rules = program
    .command("rules")
    .description("the rules that raise alerts, as files (those that ship, by default)");
  rules
    .command("test [file...]")
    .description("run the test beside each rule, in virtual time")
    .option("--json", "print JSON")
    .action(test);
  rules
    .command("check [file...]")
    .description("parse and type-check rules; each problem with its line and column")
    .option("--json", "print JSON")
    .action(check);
  rules
    .command("explain <rule>")
    .description("say in words what raises it, what clears it, who acts, and what may be changed")
    .addOption(new Option("--language <language>", "the words' language").choices(LANGUAGES).default("en"))
    .option("--json", "print JSON")
    .action(explain);
}
