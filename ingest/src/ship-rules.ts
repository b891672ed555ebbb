import { loadShippedRules } from "@linli/rules";
import type { Deps } from "@linli/runtime";
import type { RuleStore } from "@linli/stores";

/** Puts the rules that come with this version in force; what people wrote or removed stays theirs. */
export async function shipRules(store: RuleStore, { clock, log }: Deps): Promise<void> {
  const { rules, problems } = await loadShippedRules();
  for (const { field, message } of problems)
    log.error({ field }, `a rule that comes with Linli is unusable: ${message}`);
  const changed = await store.ship(rules, { type: "system", id: "linli", at: clock.now() });
  if (changed.length > 0) log.info({ rules: changed.length }, "rules that come with this version are in force");
}
