export { type CompileContext, compileRule } from "./compile/rule.ts";
export type { CompiledLevel, CompiledRule } from "./compiled-rule.ts";
export { type ParsedRuleFile, parseRuleFile } from "./rule-file.ts";
export { RuleSet } from "./rule-set.ts";
export type { DeviceView, PointView, Signal, Site } from "./signal.ts";
export type { AlertEffect, LevelState, LevelStates, RuleState, StepResult } from "./step.ts";
export { type StepInput, stepRule } from "./step-rule.ts";
