/** A condition in words: a plain clause, or several that belong together under a heading of their own. */
export type Phrase = string | { readonly join: "all" | "any" | "none"; readonly of: readonly Phrase[] };

/** How a language joins clauses. */
export interface Joints {
  readonly all: string;
  readonly any: string;
  readonly none: (clauses: string) => string;
  readonly heading: Readonly<Record<"all" | "any" | "none", string>>;
}

/** In one line, brackets where they are needed. */
export function inOneLine(phrase: Phrase, joints: Joints, isInner = false): string {
  if (typeof phrase === "string") return phrase;
  const parts = phrase.of.map((part) => inOneLine(part, joints, phrase.of.length > 1));
  if (phrase.join === "none") return joints.none(parts.join(joints.any));
  const joined = parts.join(joints[phrase.join]);
  return isInner && parts.length > 1 ? `(${joined})` : joined;
}

/** As an indented list, one clause a line. */
export function asList(phrase: Phrase, joints: Joints, depth = 0): readonly string[] {
  const indent = "  ".repeat(depth);
  if (typeof phrase === "string") return [`${indent}- ${phrase}`];
  if (phrase.of.length === 1 && phrase.join !== "none") return asList(phrase.of[0] ?? "", joints, depth);
  const heading = `${indent}- ${joints.heading[phrase.join]}`;
  return [heading, ...phrase.of.flatMap((part) => asList(part, joints, depth + 1))];
}
