import { z } from "zod";

interface SchemaNode {
  readonly secret?: boolean;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly additionalProperties?: SchemaNode | boolean;
  readonly items?: SchemaNode;
  readonly anyOf?: readonly SchemaNode[];
  readonly oneOf?: readonly SchemaNode[];
  readonly allOf?: readonly SchemaNode[];
}

type Visit = (value: unknown) => unknown;

/** Rebuilds `value` with every value that the schema marks as `secret` passed through `visit`. */
function visitSecrets(node: SchemaNode, value: unknown, visit: Visit): unknown {
  if (value === undefined || value === null) return value;
  if (node.secret === true) return visit(value);
  let result: unknown = value;
  for (const branch of [...(node.anyOf ?? []), ...(node.oneOf ?? []), ...(node.allOf ?? [])]) {
    result = visitSecrets(branch, result, visit);
  }
  if (Array.isArray(result)) {
    const { items } = node;
    return items === undefined ? result : result.map((item) => visitSecrets(items, item, visit));
  }
  if (typeof result !== "object" || result === null) return result;
  const others = typeof node.additionalProperties === "object" ? node.additionalProperties : {};
  return Object.fromEntries(
    Object.entries(result).map(([name, item]) => [name, visitSecrets(node.properties?.[name] ?? others, item, visit)]),
  );
}

const describe = (schema: z.ZodType) =>
  z.toJSONSchema(schema, { unrepresentable: "any", io: "output" }) as unknown as SchemaNode;

function textsOf(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsOf) : [];
}

/** Every text below a field that the schema marks as `secret`. */
export function secretsIn(schema: z.ZodType, value: unknown): string[] {
  const found: string[] = [];
  visitSecrets(describe(schema), value, (held) => {
    found.push(...textsOf(held));
    return held;
  });
  return found;
}

/** The same value with `mask` in place of every secret: what may be shown to an administrator. */
export function maskSecrets(schema: z.ZodType, value: unknown, mask = "••••••"): unknown {
  return visitSecrets(describe(schema), value, () => mask);
}

/** A secret as providers echo it: whole, as it stands in a URL, and the telling parts of what is an address itself. */
function formsOf(held: string): string[] {
  const url = URL.parse(held);
  const parts =
    url === null ? [] : [...url.pathname.split("/"), ...url.searchParams.values(), url.username, url.password];
  return [held, encodeURIComponent(held), ...parts.filter((part) => part.length >= 8)];
}

/** `text` without any of the secrets, plain or as they stand in a URL; shortened to what a ledger line holds. */
export function redact(text: string, secrets: readonly string[]): string {
  // The longest first: one may be a part of another.
  const forms = secrets
    .flatMap(formsOf)
    .filter((held) => held.length >= 4)
    .sort((a, b) => b.length - a.length);
  const clean = forms.reduce((rest, held) => rest.replaceAll(held, "•••"), text);
  return clean.length <= 300 ? clean : `${clean.slice(0, 299)}…`;
}
