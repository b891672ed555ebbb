import { existsSync, readdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

const LINK = /\]\(([^)\s]+)\)/g;
const CODE = /`([^`\s]+)`/g;
const EXTERNAL = /^(?:[a-z][a-z+.-]*:|#|\/)/i;
/** A part that stands for something, such as `<kind>`, `{id}`, `*` or `…`. */
const PLACEHOLDER = /[<{*…]/;

/** The top folders and files of the project: code that begins with one of them is meant as a path. */
const TOP = new Set(readdirSync(".").filter((name) => name !== "node_modules"));

/** A link is meant from where the document stands; a path in code, from the top. */
function targets(document: string, text: string): string[] {
  const links = [...text.matchAll(LINK)].flatMap(([, target]) =>
    target === undefined || EXTERNAL.test(target) ? [] : join(dirname(document), target.split("#")[0] ?? ""),
  );
  const code = [...text.matchAll(CODE)].flatMap(([, path]) =>
    path?.includes("/") && TOP.has(path.split("/")[0] ?? "") ? path : [],
  );
  return [...links, ...code];
}

/** The paths a document names that are not there, each with its line (from 1). Up to a placeholder they must be. */
export function missingPaths(document: string, content: string): { line: number; path: string }[] {
  return content.split("\n").flatMap((text, index) =>
    targets(document, text)
      .filter((path) => !existsSync(resolve(PLACEHOLDER.test(path) ? dirname(path.split(PLACEHOLDER)[0] + "x") : path)))
      .map((path) => ({ line: index + 1, path })),
  );
}
