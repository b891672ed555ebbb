import { compileRule, parsePlaced, parseRuleFile, withWrittenDurations } from "@linli/alerting";
import { DEVICE_KINDS, isLinliError, LinliError, type Problem, problemsOf, type Rule, ruleSchema } from "@linli/model";
import { invalidField } from "../errors/api-error.ts";

type Place = (path: string) => string;

/** A rule as somebody sent it: one of the two. */
export interface WrittenRule {
  readonly rule?: Readonly<Record<string, unknown>> | undefined;
  readonly yaml?: string | undefined;
}

/** A rule that can be used, and what may be meant so and may not. */
export interface CheckedRule {
  readonly rule: Rule;
  readonly warnings: readonly Problem[];
  /** Where a path stands in what was sent. */
  readonly place: Place;
}

const asItIs: Place = (path) => path;

function refuse(problems: readonly Problem[]): never {
  throw new LinliError("invalid", "the rule cannot be used", { problems });
}

function read({ rule: json, yaml }: WrittenRule, file: string): { readonly rule: Rule; readonly place: Place } {
  if ((json === undefined) === (yaml === undefined)) throw invalidField("rule", "give either `rule` or `yaml`");
  if (yaml !== undefined) {
    const { rule, problems } = parseRuleFile(yaml, file);
    if (rule === undefined) return refuse(problems);
    const placed = parsePlaced(yaml, file);
    return { rule, place: (path) => placed.place(path) };
  }
  const written = withWrittenDurations(json);
  const parsed = ruleSchema.safeParse(written);
  return parsed.success ? { rule: parsed.data, place: asItIs } : refuse(problemsOf(parsed.error, written));
}

/**
 * Reads a rule and checks it against the kinds that it is for. `invalid` with each place that is wrong: of YAML
 * `file:line:column path`, of JSON the path.
 */
export function checkedRule(written: WrittenRule, id?: string): CheckedRule {
  const { rule, place } = read(written, `${id ?? "rule"}.yaml`);
  const placed = (problem: Problem): Problem => ({ ...problem, field: place(problem.field) });
  if (id !== undefined && rule.id !== id) {
    refuse([placed({ field: "id", value: rule.id, message: `is another one than in the path: ${id}` })]);
  }
  try {
    // what a version is called plays no part in whether it can be used
    const { warnings } = compileRule(rule, { version: 1, kinds: DEVICE_KINDS });
    return { rule, warnings: warnings.map(placed), place };
  } catch (error) {
    if (!isLinliError(error, "invalid")) throw error;
    return refuse(error.problems.map(placed));
  }
}
