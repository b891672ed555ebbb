/** What a query names: measurements, and the fields and tags it expects in them. */
export interface NamedIn {
  readonly measurements: readonly string[];
  /** Quoted names beside measurements and those that the query gives itself with AS. */
  readonly names: readonly string[];
  /** Regular expressions that select fields. */
  readonly patterns: readonly RegExp[];
}

interface Token {
  readonly kind: "name" | "regex" | "string" | "word" | "sign";
  readonly text: string;
}

const TOKENS: readonly (readonly [Token["kind"], RegExp])[] = [
  ["name", /"((?:[^"\\]|\\.)*)"/y],
  ["string", /'((?:[^'\\]|\\.)*)'/y],
  ["word", /(\$?[A-Za-z_][\w$]*|\$\{\w+\}|\d+[a-z]*)/y],
];
/** A slash begins a regular expression where a value may stand, and divides elsewhere. */
const REGEX = /\/((?:[^/\\]|\\.)*)\//y;

function tokensOf(query: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < query.length) {
    const last = tokens.at(-1);
    const mayBeValue = last === undefined || last.kind === "word" || (last.kind === "sign" && last.text !== ")");
    const kinds = mayBeValue ? ([...TOKENS, ["regex", REGEX]] as const) : TOKENS;
    const found = kinds.flatMap(([kind, pattern]) => {
      pattern.lastIndex = at;
      const match = pattern.exec(query);
      return match ? [{ kind, match }] : [];
    })[0];
    if (found) {
      tokens.push({ kind: found.kind, text: (found.match[1] ?? "").replaceAll(/\\(["'\\])/g, "$1") });
      at += found.match[0].length;
    } else {
      const sign = query.charAt(at);
      if (sign.trim() !== "") tokens.push({ kind: "sign", text: sign });
      at++;
    }
  }
  return tokens;
}

const isWord = (token: Token | undefined, word: string) => token?.kind === "word" && token.text.toUpperCase() === word;
const isSign = (token: Token | undefined, sign: string) => token?.kind === "sign" && token.text === sign;

/**
 * Reads InfluxQL far enough to say what it names. Comparisons (`=~ /…/`) choose values and are left out. Throws for
 * brackets that do not close and for a query that names no measurement.
 */
export function namedIn(query: string): NamedIn {
  const tokens = tokensOf(query);
  const measurements: string[] = [];
  const named: string[] = [];
  const own = new Set<string>();
  const patterns: RegExp[] = [];
  let depth = 0;
  let inFrom = false;
  for (const [index, token] of tokens.entries()) {
    const before = tokens[index - 1];
    if (isSign(token, "(")) depth++;
    if (isSign(token, ")")) depth--;
    if (depth < 0) throw new SyntaxError(`a bracket too many: ${query}`);
    if (isWord(token, "FROM")) inFrom = true;
    else if (token.kind === "name" && inFrom) measurements.push(token.text);
    else if (!(inFrom && isSign(token, ","))) inFrom = false;
    if (inFrom) continue;
    if (token.kind === "name" && isWord(before, "AS")) own.add(token.text);
    else if (token.kind === "name") named.push(token.text);
    else if (token.kind === "regex" && !isSign(before, "~")) patterns.push(new RegExp(token.text));
  }
  if (depth !== 0) throw new SyntaxError(`a bracket is not closed: ${query}`);
  if (measurements.length === 0) throw new SyntaxError(`names no measurement: ${query}`);
  return { measurements, names: named.filter((name) => !own.has(name)), patterns };
}
