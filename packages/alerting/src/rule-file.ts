import { type Problem, problemsOf, type Rule, ruleSchema } from "@linli/model";
import { LineCounter, parseDocument } from "yaml";

/** A rule, or everything that is wrong with its text; `field` says `file:line:column path`. */
export interface ParsedRuleFile {
  readonly rule: Rule | undefined;
  readonly problems: readonly Problem[];
}

/** Where in the text a path of the document stands; of what is missing, where its parent stands. */
export interface Placed {
  readonly value: unknown;
  readonly problems: readonly Problem[];
  place(path: string): string;
}

/** Parses YAML and remembers where everything stands. */
export function parsePlaced(text: string, file: string): Placed {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${line}:${col}`;
  };
  const problems = document.errors.map(({ pos, message }) => ({ field: at(pos[0]), message }));
  return {
    value: problems.length > 0 ? undefined : document.toJS({ maxAliasCount: 100 }),
    problems,
    place(path) {
      const steps = path === "" ? [] : path.split(".").map((step) => (/^\d+$/.test(step) ? Number(step) : step));
      for (let length = steps.length; length >= 0; length--) {
        const node = document.getIn(steps.slice(0, length), true) as { range?: [number, number, number] } | undefined;
        if (node?.range) return `${at(node.range[0])} ${path}`;
      }
      return `${file} ${path}`;
    },
  };
}

/** Parses one rule from its YAML text. */
export function parseRuleFile(text: string, file: string): ParsedRuleFile {
  const placed = parsePlaced(text, file);
  if (placed.problems.length > 0) return { rule: undefined, problems: placed.problems };
  const parsed = ruleSchema.safeParse(placed.value);
  if (parsed.success) return { rule: parsed.data, problems: [] };
  const problems = problemsOf(parsed.error, placed.value).map((problem) => ({
    ...problem,
    field: placed.place(problem.field),
  }));
  return { rule: undefined, problems };
}
