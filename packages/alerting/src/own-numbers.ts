import type { CompiledRule } from "./compiled-rule.ts";
import { fingerprint } from "./fingerprint.ts";

/** A device's own numbers for a rule, by the rule's id: another object when they changed. */
export type ParamsOf = (ruleId: string) => Readonly<Record<string, number>> | undefined;

interface Numbers {
  readonly own: Readonly<Record<string, number>>;
  /** All numbers of the rule, the device's own in place of the rule's. */
  readonly params: Readonly<Record<string, number>>;
  /** A name for the own ones. */
  readonly numbers: string;
}

const NO_NUMBERS: Partial<Numbers> = {};

/** The numbers that a device goes by where they are its own, worked out once. */
export class OwnNumbers {
  private readonly paramsOf: ParamsOf | undefined;
  private known: Map<string, Numbers> | undefined;

  constructor(paramsOf: ParamsOf | undefined) {
    this.paramsOf = paramsOf;
  }

  of({ rule }: CompiledRule): Partial<Numbers> {
    const own = this.paramsOf?.(rule.id);
    if (own === undefined) return NO_NUMBERS;
    const known = this.known?.get(rule.id);
    if (known?.own === own) return known;
    const names = Object.keys(own).toSorted();
    const numbers = fingerprint(names.map((name) => [name, own[name]]));
    const merged = { own, params: { ...rule.params, ...own }, numbers };
    this.known ??= new Map();
    this.known.set(rule.id, merged);
    return merged;
  }
}
