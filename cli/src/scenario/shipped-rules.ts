import { LinliError, type Rule } from "@linli/model";
import { loadShippedRules } from "@linli/rules";

/** The rules that a scenario runs with. Fails with `invalid` when one of them cannot be used. */
export async function shippedRules(): Promise<readonly Rule[]> {
  const { rules, problems } = await loadShippedRules();
  if (problems.length > 0) throw new LinliError("invalid", "the rules that ship cannot be used", { problems });
  return rules;
}
