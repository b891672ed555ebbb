import { LinliError, type Rule } from "@linli/model";
import { loadShippedRules } from "@linli/rules";
import { readRuleFile } from "./rule-files.ts";

/** So many ids are proposed for one that nobody knows. */
const MOST_PROPOSED = 5;

/** Those that share the most parts with what was typed. */
function like(wanted: string, ids: readonly string[]): readonly string[] {
  const parts = wanted
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter((part) => part.length > 2);
  const score = (id: string) => parts.filter((part) => id.toLowerCase().includes(part)).length;
  return ids
    .filter((id) => score(id) > 0)
    .toSorted((a, b) => score(b) - score(a))
    .slice(0, MOST_PROPOSED);
}

/** A rule that ships, by its id, or the one of a file. Fails with `not-found`, naming such as there are. */
export async function findRule(name: string): Promise<Rule> {
  if (/\.ya?ml$/.test(name)) {
    const { rule, problems } = await readRuleFile(name);
    if (rule !== undefined && problems.length === 0) return rule;
    throw new LinliError("invalid", `${name} is no usable rule`, { problems });
  }
  const { rules } = await loadShippedRules();
  const found = rules.find(({ id }) => id === name);
  if (found !== undefined) return found;
  const near = like(
    name,
    rules.map(({ id }) => id),
  );
  throw new LinliError("not-found", `no rule ${name}${near.length === 0 ? "" : `; there is ${near.join(", ")}`}`);
}
