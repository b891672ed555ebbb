import { relative } from "node:path";
import { describe, expect, it } from "vitest";
import { isMeant } from "./judge/evidence.ts";
import { shippedScenarioFiles } from "./page.ts";
import { verdict } from "./report.ts";
import { runScenario } from "./run.ts";
import { readScenarioFiles, type ScenarioFile } from "./scenario-files.ts";
import { shippedRules } from "./shipped-rules.ts";

const files = await readScenarioFiles(await shippedScenarioFiles());
const rules = await shippedRules();

/** Rules that no scenario raises and ends: one ships switched off, and what is latched in shadow nobody can close. */
const NOT_PLAYED = ["device.stuckValue", "gym.fall"];

async function play(file: ScenarioFile): Promise<readonly string[]> {
  if (file.scenario === undefined) throw new Error(file.file);
  const run = await runScenario(file.scenario, rules);
  return [...verdict({ file, run }), JSON.stringify(run.book)];
}

describe("the scenarios that come with Linli", () => {
  for (const file of files) {
    it(relative(process.cwd(), file.file), async () => {
      const [passed, ...failures] = (await play(file)).slice(0, -1);
      expect(failures).toEqual([]);
      expect(passed).toMatch(/^passed/);
    });
  }

  it("raise and end every rule but those named here", () => {
    const expected = files.flatMap(({ scenario }) => scenario?.expect ?? []);
    const isPlayed = (id: string, change: string) =>
      expected.some((one) => one.type === "alert" && one.is === change && isMeant(one.alert, id));
    const missing = rules.filter(({ id }) => !isPlayed(id, "opened") || !isPlayed(id, "cleared")).map(({ id }) => id);
    expect(missing.toSorted()).toEqual(NOT_PLAYED);
  });
});

it("gives the same twice, byte for byte", async () => {
  const names = ["lift-traps-someone", "our-restart-during-an-escalation", "gateway-dies"];
  for (const file of files.filter((one) => names.some((name) => one.file.endsWith(`/${name}.yaml`)))) {
    const [first, second] = [await play(file), await play(file)];
    expect(second).toEqual(first);
  }
});
