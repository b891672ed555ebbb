/** One instruction of a Dockerfile, its continued lines joined. */
export interface Instruction {
  readonly name: string;
  readonly rest: string;
}

/** A stage: what follows a FROM. */
export interface Stage {
  readonly name: string;
  readonly base: string;
  readonly instructions: readonly Instruction[];
}

function instructionsOf(text: string): Instruction[] {
  const lines = text.split("\n").filter((line) => !/^\s*#/.test(line));
  const joined = lines.join("\n").replace(/\\\n\s*/g, " ");
  return joined
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => {
      const [name = "", ...rest] = line.trim().split(/\s+/);
      return { name, rest: rest.join(" ") };
    });
}

/** The stages of a Dockerfile in their order; the last one has no name of its own and gets `image`. */
export function readDockerfile(text: string): Stage[] {
  const values = new Map<string, string>();
  const stages: { name: string; base: string; instructions: Instruction[] }[] = [];
  for (const { name, rest } of instructionsOf(text)) {
    const filled = rest.replace(/\$\{(\w+)\}/g, (whole, variable: string) => values.get(variable) ?? whole);
    if (name === "ARG") {
      const [variable = "", value = ""] = filled.split("=");
      values.set(variable, value);
    } else if (name === "FROM") {
      const [base = "", , stage = "image"] = filled.split(" ");
      stages.push({ name: stage, base, instructions: [] });
    } else {
      const stage = stages.at(-1);
      if (!stage) throw new Error(`${name} before the first FROM`);
      stage.instructions.push({ name, rest: filled });
    }
  }
  return stages;
}

/** The pairs of an ENV. */
export function pairsOf(rest: string): [string, string][] {
  return rest.split(" ").map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)]);
}

/** Whether a path of the folder gets into the build, by the lines of a .dockerignore: the last one that matches decides. */
export function createIgnore(text: string): (path: string) => boolean {
  const rules = text
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => ({ taken: line.startsWith("!"), pattern: toExpression(line.replace(/^!/, "")) }));
  return (path) => {
    let taken = true;
    for (const rule of rules) if (rule.pattern.test(path)) taken = rule.taken;
    return taken;
  };
}

/** A pattern matches a path and all that is below it. */
function toExpression(pattern: string): RegExp {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&");
  const expression = escaped.replace(/\*\*\/|\*/g, (stars) => (stars === "*" ? "[^/]*" : "(?:.*/)?"));
  return new RegExp(`^${expression}(?:/|$)`);
}
