import { readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { parseRuleFile, parseRuleTest, type RuleTestResult, runRuleTest } from "@linli/alerting";
import { DEVICE_KINDS, isLinliError, type Problem, type Rule } from "@linli/model";
import { describe, expect, it } from "vitest";
import { relatedRules, shippedRuleFiles, testFileOf } from "./src/index.ts";

const files = await Promise.all(
  (await shippedRuleFiles()).map(async (file) => ({
    name: relative(import.meta.dirname, file),
    ...parseRuleFile(await readFile(file, "utf8"), relative(process.cwd(), file)),
    testFile: testFileOf(file),
    testText: await readFile(testFileOf(file), "utf8").catch(() => undefined),
  })),
);
const rules = files.flatMap(({ rule }) => rule ?? []);

const inWords = (problems: readonly Problem[]) => problems.map(({ field, message }) => `${field}: ${message}`);

function results(rule: Rule, testFile: string, text: string): RuleTestResult[] {
  const { test, problems } = parseRuleTest(text, relative(process.cwd(), testFile));
  if (test === undefined) return [{ name: "the file", failures: inWords(problems) }];
  const others = relatedRules(rule, rules, test.device.kind);
  try {
    return runRuleTest(rule, test, { kinds: DEVICE_KINDS, others });
  } catch (error) {
    if (!isLinliError(error, "invalid")) throw error;
    return [{ name: "the file", failures: [error.message, ...inWords(error.problems ?? [])] }];
  }
}

describe("the rules that come with Linli", () => {
  it("are there", () => {
    expect(rules.length).toBeGreaterThan(0);
  });

  it("have ids of their own, and name only one another", () => {
    const ids = rules.map(({ id }) => id);
    expect(ids).toEqual([...new Set(ids)]);
    expect(rules.flatMap(({ replaces }) => replaces).filter((id) => !ids.includes(id))).toEqual([]);
  });
});

for (const { name, rule, problems, testFile, testText } of files) {
  describe(rule?.id ?? name, () => {
    it("is a rule, in the file that is named after it", () => {
      expect(inWords(problems)).toEqual([]);
      expect(name).toBe(join(join(name, ".."), `${rule?.id}.yaml`));
      expect(join(name, "..")).toBe(rule?.kinds?.length === 1 ? rule.kinds[0] : "common");
    });

    it("has a test", () => {
      expect(testText, relative(process.cwd(), testFile)).toBeDefined();
    });

    if (rule === undefined || testText === undefined) return;
    for (const result of results(rule, testFile, testText)) {
      it(result.name, () => expect(result.failures).toEqual([]));
    }
  });
}
