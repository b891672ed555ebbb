import { glob } from "node:fs/promises";
import { join } from "node:path";
import { readScenarioFiles, type ScenarioFile } from "./scenario-files.ts";

const FOLDER = join(import.meta.dirname, "../../../scenarios");

/** The paths of the scenarios that come with Linli, in order. */
export async function shippedScenarioFiles(): Promise<readonly string[]> {
  const found = await Array.fromAsync(glob("*.yaml", { cwd: FOLDER }));
  return found.toSorted().map((file) => join(FOLDER, file));
}

const HEAD = `# Scenarios

Stories of what goes wrong in a neighbourhood, and of who must hear of it. Each is a file that runs in virtual time
through the platform's own broker, watch and notify, and fails when what it expects does not come about:

\`\`\`sh
linli scenario run scenarios/*.yaml --junit scenarios.xml
\`\`\`

\`linli scenario play FILE\` plays one of those in which only devices do something live against the platform that runs on the
data folder, on devices of its own that leave again afterwards; what they raise is real.

What a real device said is played from a CSV or NDJSON file by a step of its own, through rules that ship or stand in the
file under \`rules\`; \`--alerts\` lists every alert with its reason. [A machine that failed](machine-temperature.md) is
such a story:

\`\`\`sh
linli scenario run scenarios/recordings/machine-temperature.yaml --recordings FOLDER --alerts
\`\`\`
`;

function inOneLine(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** A step or an expectation, as its file has it. */
function line(entry: Readonly<Record<string, unknown>>): string {
  const parts = Object.entries(entry).map(([key, value]) => `${key}: ${inOneLine(value)}`);
  return `- \`${parts.join(", ").replaceAll("`", "'")}\``;
}

function section({ file, scenario, source }: ScenarioFile): string {
  if (scenario === undefined) return "";
  const { steps, expect } = source;
  return [
    `## ${scenario.title.en} · ${scenario.title.zh}`,
    "",
    `\`${file}\``,
    "",
    scenario.about.en.trim(),
    "",
    scenario.about.zh.trim(),
    "",
    steps.length > 0 ? `What happens:\n\n${steps.map(line).join("\n")}` : "Nothing out of the ordinary happens.",
    "",
    `What must be true:\n\n${expect.map(line).join("\n")}`,
    "",
  ].join("\n");
}

/** `docs/scenarios.md`: what each of them tells, in the words of its file. */
export async function scenariosPage(): Promise<string> {
  const files = await readScenarioFiles(await shippedScenarioFiles());
  return [HEAD, ...files.map(section)].join("\n");
}
