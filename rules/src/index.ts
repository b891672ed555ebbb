export { relatedRules } from "./related.ts";
export { isTestFile, loadShippedRules, type ShippedRules, shippedRuleFiles, testFileOf } from "./shipped.ts";
export { catalogue } from "./words/catalogue.ts";
export { explainRule } from "./words/explain.ts";
export { type LevelInWords, type RuleInWords, ruleInWords, type WordingOptions } from "./words/rule-words.ts";
export { LANGUAGES, type Language } from "./words/voice.ts";
