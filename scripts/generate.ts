import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { dashboardFiles } from "@linli/dashboards";
import { DEVICE_KINDS } from "@linli/model";
import { catalogue, loadShippedRules } from "@linli/rules";
import { scenariosPage } from "../cli/src/scenario/page.ts";
import { settingsPage } from "./settings-page.ts";

/** Every generated file and what makes it. `--check` compares instead of writing. */
const FILES: Readonly<Record<string, () => string | Promise<string>>> = {
  "docs/settings.md": settingsPage,
  "docs/rules.md": async () => catalogue((await loadShippedRules()).rules, DEVICE_KINDS),
  "docs/scenarios.md": scenariosPage,
  ...Object.fromEntries(Object.entries(dashboardFiles()).map(([file, text]) => [file, () => text])),
};

const check = process.argv.includes("--check");
const stale: string[] = [];
for (const [file, make] of Object.entries(FILES)) {
  const wanted = await make();
  const found = await readFile(file, "utf8").catch(() => undefined);
  if (found === wanted) continue;
  stale.push(file);
  if (check) continue;
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, wanted);
}
if (check && stale.length > 0) {
  console.error(`not what the source says, run npm run generate: ${stale.join(", ")}`);
  process.exitCode = 1;
} else {
  console.log(`${Object.keys(FILES).length} generated files, ${check ? "all current" : `${stale.length} written`}`);
}
