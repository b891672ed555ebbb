import type { Problem, Rule, Severity } from "@linli/model";
import type { ConditionNode, Reads } from "./conditions/node.ts";
import type { DeviceView } from "./signal.ts";

export interface CompiledLevel {
  readonly severity: Severity;
  readonly when: ConditionNode;
  readonly clear: ConditionNode | undefined;
  /** ms. */
  readonly forMs: number;
  readonly clearForMs: number;
  /** It asks for something measured in a rhythm: one measurement of that does not make a `for`. */
  readonly sampled: boolean;
  /** It sums up observed time, so readings that come late may raise it. */
  readonly accumulates: boolean;
}

/** A rule that was checked against the kinds and can be asked. */
export interface CompiledRule {
  readonly rule: Rule;
  readonly version: number;
  /** Highest severity first. */
  readonly levels: readonly CompiledLevel[];
  /** The same by a device's own numbers; absent when these change no length of time. */
  readonly levelsBy?: ((params: Readonly<Record<string, number>>) => readonly CompiledLevel[]) | undefined;
  /** Parameters that are lengths of time, in ms. */
  readonly spans: ReadonlySet<string>;
  readonly reads: Reads;
  /** Whether the device ever reported what the rule says that it needs. */
  readonly hasNeeds: (view: DeviceView) => boolean;
  /** It can be used; but whoever wrote it should know. */
  readonly warnings: readonly Problem[];
}
