import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isLinliError } from "@linli/model";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { run } from "../program.ts";
import { checkRules } from "./check-rules.ts";
import { findRule } from "./find-rule.ts";
import { testRules } from "./test-rules.ts";

const RULE = `id: own.hot
kinds: [elevator]
name: { zh: 机房热, en: Machine room hot }
start: armed
role: property
levels:
  - severity: high
    when: { point: machineRoomTemperature, above: 50 }
text: { zh: 热, en: Hot }
steps: { zh: 看, en: Look }
`;
const TEST = `rule: own.hot
device: { kind: elevator }
start: 2026-06-01T08:00:00+08:00
cases:
  - name: raises
    input: [{ at: 1m, reading: { machineRoomTemperature: 60 } }]
    expect: [{ at: 1m, alert: high }]
`;

let folder: string;
let printed: string[];
let complained: string[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "linli-rules-"));
  printed = [];
  complained = [];
  vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    printed.push(String(text));
    return true;
  });
  vi.spyOn(console, "error").mockImplementation((text: unknown) => {
    complained.push(String(text));
  });
});

afterEach(async () => {
  vi.restoreAllMocks();
  process.exitCode = 0;
  await rm(folder, { recursive: true });
});

async function put(name: string, text: string): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, text);
  return file;
}

async function linli(...argv: string[]): Promise<number> {
  await run(["node", "linli", "rules", ...argv]);
  return Number(process.exitCode ?? 0);
}

describe("linli rules check", () => {
  it("finds nothing wrong with the rules that ship", async () => {
    const { files, problems } = await checkRules([]);
    expect(problems).toEqual([]);
    expect(files).toBeGreaterThan(50);
  });

  it("says file, line and column of what does not parse and of what the kind lacks", async () => {
    const typo = await put("typo.yaml", RULE.replace("machineRoomTemperature", "machineRoomTemprature"));
    const broken = await put("broken.yaml", "id: [\n");
    expect(await linli("check", typo, broken)).toBe(2);
    expect(complained).toEqual([
      expect.stringMatching(/typo\.yaml:8:20 levels\.0\.when\.point: the kind elevator has no such point/),
      expect.stringMatching(/broken\.yaml:2:1: /),
    ]);
    expect(printed).toEqual(["2 rules, 2 problems\n"]);
  });

  it("warns of life safety that tells nobody, and lets it pass", async () => {
    const tried = await put("tried.yaml", `${RULE.replace(/^start: .*$/m, "start: shadow")}lifeSafety: true\n`);
    expect(await linli("check", tried)).toBe(0);
    expect(complained).toEqual([
      expect.stringMatching(
        /^warning: .*tried\.yaml:\d+:\d+ start: a rule of life safety that is in shadow tells nobody/,
      ),
    ]);
    expect(printed).toEqual(["1 rules, 0 problems\n"]);
  });

  it("sees two rules of one id, and a rule that replaces one that nobody has", async () => {
    const one = await put("one.yaml", RULE);
    const two = await put("two.yaml", `${RULE}replaces: [own.gone, lift.entrapment]\n`);
    const { problems } = await checkRules([one, two]);
    expect(problems.map(({ message, value }) => [message, value])).toEqual([
      [expect.stringMatching(/^the same id as in .*one\.yaml$/), "own.hot"],
      ["no such rule", "own.gone"],
    ]);
  });
});

describe("linli rules test", () => {
  it("runs the test beside a rule, whichever of the two files is named", async () => {
    const rule = await put("own.hot.yaml", RULE);
    const test = await put("own.hot.test.yaml", TEST);
    for (const file of [rule, test]) expect(await linli("test", file)).toBe(0);
    expect(printed).toEqual(Array.from({ length: 2 }, () => "1 rules, 1 cases, 0 failed, 0 problems\n"));
  });

  it("fails when a case does, and says what came instead", async () => {
    const rule = await put("own.hot.yaml", RULE.replace("50", "70"));
    await put("own.hot.test.yaml", TEST);
    expect(await linli("test", rule)).toBe(1);
    expect(complained).toEqual(["own.hot: raises\n  expected own.hot high at 1m, got none; nearest: it never opened"]);
  });

  it("knows the rules that ship: one that is replaced by one of them stays silent", async () => {
    const rule = await put("lift.safetyChain.yaml", RULE.replace("own.hot", "lift.safetyChain"));
    const text = TEST.replace("own.hot", "lift.safetyChain").replace(
      "[{ at: 1m,",
      "[{ at: 1s, event: { type: doorOpenWhileRunning } }, { at: 1m,",
    );
    await put("lift.safetyChain.test.yaml", text.replace("alert: high", "alert: none"));
    expect((await testRules([rule])).flatMap(({ results }) => results)).toEqual([{ name: "raises", failures: [] }]);
  });

  it("cannot use a test that speaks of what the kind does not have, or that is not there", async () => {
    const rule = await put("own.hot.yaml", RULE);
    await expect(testRules([rule])).rejects.toSatisfy((error) => isLinliError(error, "not-found"));
    await put("own.hot.test.yaml", TEST.replace("machineRoomTemperature: 60", "roomTemperature: 60"));
    expect(await linli("test", rule)).toBe(2);
    expect(complained[0]).toContain("own.hot.test.yaml cases.0.input.0: elevator has no such point");
  });
});

describe("linli rules explain", () => {
  it("says a rule in the language that was asked for", async () => {
    expect(await linli("explain", "device.mainsLost", "--language", "zh-CN")).toBe(0);
    const text = printed.join("");
    expect(text).toContain("device.mainsLost  市电断电\n");
    expect(text).toContain("一般：持续 1 分钟 [lasting]\n  - 市电断电为“是”\n  恢复：条件不再成立，持续 1 分钟\n");
    expect(text).toMatch(/被取代于：.*lift\.mainsLost \(电梯市电断电\)/);
  });

  it("explains a file's rule, and gives JSON", async () => {
    await linli("explain", await put("own.hot.yaml", RULE), "--json");
    expect(JSON.parse(printed.join(""))).toMatchObject({
      id: "own.hot",
      levels: [{ severity: "high", when: "Machine-room temperature above 50 °C", for: "at once" }],
    });
  });

  it("proposes what there is for a name that nobody knows", async () => {
    await expect(findRule("lift.trapped-entrapment")).rejects.toThrow(/there is lift\.entrapment/);
    expect(await linli("explain", "no.such")).toBe(2);
  });
});
