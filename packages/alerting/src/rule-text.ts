import { formatDuration, type Rule } from "@linli/model";
import { stringify } from "yaml";

/** Fields of rules, escalations and windows that are lengths of time: ms inside, a text such as `90s` when written. */
const SPANS = new Set(["for", "clearFor", "over", "per", "within", "longerThan", "after", "ahead", "duration"]);
const TARGETS = new Set(["acknowledge", "arrive", "fix"]);

function isSpan(parent: string, name: string): boolean {
  if (parent === "total" && name === "atLeast") return true;
  return parent === "targets" ? TARGETS.has(name) : SPANS.has(name);
}

function write(value: unknown, name: string): unknown {
  if (Array.isArray(value)) {
    return value.map((item: unknown) =>
      name === "reminders" && typeof item === "number" ? formatDuration(item) : write(item, name),
    );
  }
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([field, inner]: [string, unknown]) => {
      // numbers of a rule have names of their own
      if (field === "params") return [field, inner];
      const isLength = typeof inner === "number" && isSpan(name, field);
      return [field, isLength ? formatDuration(inner) : write(inner, field)];
    }),
  );
}

/**
 * A rule, an escalation or a window with its lengths of time as they are written (`90s`), so that what was read from the
 * store can be given to a schema again. What is text already stays.
 */
export function withWrittenDurations(value: unknown): unknown {
  return write(value, "");
}

const isUsual = ([name, value]: [string, unknown]) =>
  (["replaces", "needs"].includes(name) && Array.isArray(value) && value.length === 0) ||
  (["lifeSafety", "latched"].includes(name) && value === false) ||
  (name === "params" && Object.keys(value as object).length === 0);

/** A rule as the YAML file that it could have been read from. */
export function ruleToYaml(rule: Rule): string {
  const written = withWrittenDurations(rule) as Record<string, unknown>;
  const stated = Object.fromEntries(Object.entries(written).filter((entry) => !isUsual(entry)));
  return stringify(stated, { lineWidth: 120 });
}
