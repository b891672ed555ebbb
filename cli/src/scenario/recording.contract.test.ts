import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { skipWithout } from "../../../test/support/required.ts";
import { parseScenario, type Scenario } from "./file/scenario-file.ts";
import { withRecordings } from "./recorded-steps.ts";
import { runScenario } from "./run.ts";
import { shippedRules } from "./shipped-rules.ts";

const FOLDER = process.env.LINLI_TEST_RECORDINGS ?? "";
const STORY = join(import.meta.dirname, "../../../scenarios/recordings/machine-temperature.yaml");
const isThere = FOLDER !== "" && existsSync(join(FOLDER, "machine-temperature.csv"));

function parsed(text: string): Scenario {
  const { scenario, problems } = parseScenario(text, "a.yaml");
  if (scenario === undefined) throw new Error(JSON.stringify(problems));
  return scenario;
}

describe("a recording in a scenario", () => {
  it("is played as far apart as it was, and raises what it must", async () => {
    const folder = await mkdtemp(join(tmpdir(), "linli-recording-"));
    try {
      const rows = Array.from({ length: 10 }, (_, n) => `2026-01-01 08:0${n}:00,${n < 5 ? 22 : 45}`);
      await writeFile(join(folder, "room.csv"), ["when,degrees", ...rows, "2026-01-01 08:30:00,45", ""].join("\n"));
      const text = `title: { zh: 甲, en: A }
about: { zh: 乙, en: B }
start: 2026-06-01T08:00:00+08:00
lasts: 30m
fleet: { devices: [{ id: lift, kind: elevator, repeats: false, every: 1h }] }
rules:
  - id: test.hot
    kinds: [elevator]
    name: { zh: 热, en: Hot }
    start: armed
    role: property
    levels: [{ severity: high, when: { point: machineRoomTemperature, above: 40 } }]
    text: { zh: 热, en: Hot }
    steps: { zh: 看, en: Look }
steps:
  - at: 10m
    recording: room.csv
    time: { column: when, zone: "+08:00" }
    columns: { degrees: machineRoomTemperature }
    on: lift
expect:
  - { alert: test.hot, on: lift, between: [15m, 15m] }
  - { noAlert: test.hot, on: lift, between: [0s, 14m] }
`;
      const scenario = await withRecordings(parsed(text), { file: join(folder, "a.yaml") });
      expect((await runScenario(scenario, await shippedRules())).failures).toEqual([]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it("a rule of its own that cannot be used is an error, not a calm", async () => {
    const text = (await readFile(STORY, "utf8")).replace("point: temperature", "point: noSuchPoint");
    const scenario = { ...parsed(text), steps: [] };
    await expect(runScenario(scenario, [])).rejects.toMatchObject({ code: "invalid" });
  });

  it.skipIf(skipWithout("recordings", isThere))(
    "the machine that failed on 2014-02-08 was out of its habit before (needs recordings)",
    { timeout: 300_000 },
    async () => {
      const whole = await readFile(STORY, "utf8");
      const text = whole
        .replace(/^start: .*$/m, "start: 2014-02-05T12:00:00Z")
        .replace(/^lasts: .*$/m, "lasts: 3d")
        .replace("zone: Z }\n", "zone: Z }\n    from: 2014-02-05T12:00:00Z\n");
      const scenario = await withRecordings(parsed(text), { file: STORY, folder: FOLDER });
      const { book } = await runScenario(scenario, await shippedRules());
      const opened = book.decided.filter(({ effect }) => effect.change === "opened");
      expect(opened.map(({ effect }) => effect.alert.ruleId)).toContain("machine.outOfHabit");
      // the labelled window of the failure
      expect(opened.some(({ at }) => at < Date.UTC(2014, 1, 8, 14))).toBe(true);
    },
  );
});
