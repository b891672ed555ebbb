export { relatedRules } from "./related.ts";
export { isTestFile, loadShippedRules, type ShippedRules, shippedRuleFiles, testFileOf } from "./shipped.ts";
