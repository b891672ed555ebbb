import type { CompiledRule } from "./compiled-rule.ts";
import type { DeviceView, Signal } from "./signal.ts";
import type { RuleState } from "./step.ts";

export interface StepInput {
  readonly rule: CompiledRule;
  readonly state: RuleState | undefined;
  readonly signal: Signal;
  readonly view: DeviceView;
  /** Journal time (receivedAt). */
  readonly at: number;
  /** All the rule's numbers, the device's own in place of the rule's; absent = the rule's. */
  readonly params?: Readonly<Record<string, number>> | undefined;
  /** Names the device's own ones among them: when it changes, the rule counts as edited. */
  readonly numbers?: string | undefined;
  /** Id of a rule, active on the device, that says the same, better: this one opens nothing meanwhile. */
  readonly replacedBy?: string | undefined;
}
