import type { Condition } from "@linli/model";
import type { ConditionNode } from "../conditions/node.ts";
import { slotsNode } from "../conditions/slots.ts";
import { fingerprint } from "../fingerprint.ts";
import { compileCondition } from "./condition.ts";
import { Scope } from "./scope.ts";

const BRACED = /\{([A-Za-z][A-Za-z0-9]*)\}/;

function fill(condition: Condition, variable: string, slot: string): Condition {
  const filled = JSON.stringify(condition).replaceAll(`{${variable}}`, slot);
  return JSON.parse(filled) as Condition;
}

/**
 * Compiles a condition of a level. With `{slot}` in names of points it is one condition a slot: `when` holds where it
 * holds for some slot, the same one in all its parts; `clear`, where it does for every slot.
 */
export function compileSlotted(
  condition: Condition,
  place: string,
  { scope, quantifier }: { readonly scope: Scope; readonly quantifier: "some" | "every" },
): ConditionNode {
  const whole = compileCondition(condition, place, scope);
  const patterns = whole.reads.points.filter((name) => name.includes("{"));
  const variable = patterns.map((name) => BRACED.exec(name)?.[1]).find((name) => name !== undefined);
  if (variable === undefined) return whole;
  return slotsNode({
    variable,
    patterns: patterns.filter((name) => name.includes(`{${variable}}`)),
    reads: whole.reads,
    quantifier,
    whole,
    place: `slots:${fingerprint([condition, quantifier])}`,
    of: (slot) => {
      // its problems were told when the whole was compiled
      const silent = new Scope(scope.kinds, scope.params);
      // what slots count, they count each for itself
      return compileSlotted(fill(condition, variable, slot), `${place}/${slot}`, { scope: silent, quantifier });
    },
  });
}
