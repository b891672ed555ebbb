export { type CompileContext, compileRule } from "./compile/rule.ts";
export type { CompiledLevel, CompiledRule } from "./compiled-rule.ts";
export { DeviceRules, type DeviceStep, type Moment, type ParamsOf } from "./device-rules.ts";
export { type ParsedRuleFile, parseRuleFile } from "./rule-file.ts";
export { KindRules, RuleSet } from "./rule-set.ts";
export type { DeviceView, PointView, Signal, Site } from "./signal.ts";
export type { AlertEffect, HeardEvent, LevelState, LevelStates, RuleState, StepResult } from "./step.ts";
export { type StepInput, stepRule } from "./step-rule.ts";
