import { globSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { missingPaths } from "./document-paths.ts";

/** Every document of the project. */
const DOCUMENTS = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md", ...globSync("docs/**/*.md")];

let problems = 0;
for (const file of DOCUMENTS) {
  for (const { line, path } of missingPaths(file, await readFile(file, "utf8"))) {
    problems += 1;
    console.error(`${file}:${line}: ${path} does not exist`);
  }
}
if (problems > 0) process.exitCode = 1;
else console.log(`${DOCUMENTS.length} documents, every path they name exists`);
