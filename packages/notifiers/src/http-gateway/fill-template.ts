/** How a value is written where it is put in. */
export type Escape = "json" | "form" | "xml" | "plain" | "url" | "header";

const PLACEHOLDER = /\{\{\s*([A-Za-z][A-Za-z0-9.]*)\s*\}\}/g;

const escapes: Readonly<Record<Escape, (value: string) => string>> = {
  // Without its quotation marks: those stand in the template.
  json: (value) => JSON.stringify(value).slice(1, -1),
  form: encodeURIComponent,
  url: encodeURIComponent,
  xml: (value) => value.replace(/[<>&'"]/g, (sign) => `&#${sign.charCodeAt(0)};`),
  // A header holds one line of Latin letters.
  header: (value) => (/^[\x20-\x7e]*$/.test(value) ? value : encodeURIComponent(value)),
  plain: (value) => value,
};

/** The names that a template asks for. */
export function placeholdersIn(template: string): string[] {
  return [...template.matchAll(PLACEHOLDER)].map((match) => match[1] ?? "");
}

/** `{{name}}` replaced by its value, escaped for the place where it stands; unknown names become nothing. */
export function fillTemplate(template: string, values: ReadonlyMap<string, string>, escape: Escape): string {
  return template.replace(PLACEHOLDER, (_, name: string) => escapes[escape](values.get(name) ?? ""));
}

/** The escape of a body by its content type. */
export function escapeFor(contentType: string): Escape {
  const type = contentType.split(";")[0]?.trim().toLowerCase() ?? "";
  if (type === "application/x-www-form-urlencoded") return "form";
  if (type === "application/json" || type.endsWith("+json")) return "json";
  if (type.endsWith("/xml") || type.endsWith("+xml")) return "xml";
  return "plain";
}
