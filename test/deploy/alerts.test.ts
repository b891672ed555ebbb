import { globSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { ROOT } from "./compose.ts";

const page = readFileSync(`${ROOT}docs/operations.md`, "utf8");

it("every alert of the platform leads to what to do", () => {
  const rules = parse(readFileSync(`${ROOT}dashboards/prometheus/rules.yml`, "utf8"));
  const links = rules.groups.flatMap(({ rules }: { rules: { annotations: { runbook_url: string } }[] }) =>
    rules.map(({ annotations }) => annotations.runbook_url),
  ) as string[];
  expect(links.length).toBeGreaterThan(5);
  for (const link of links) expect(page).toContain(`\n### ${link.split("#")[1]}\n`);
});

it("every fault that a process reports is explained", () => {
  const sources = globSync(`${ROOT}{broker,ingest,notify,api}/src/**/*.ts`).filter((file) => !/test/.test(file));
  const text = sources.map((file) => readFileSync(file, "utf8")).join("\n");
  const subjects = "process|broker|journal|disk|series|state|watch|archive";
  const codes = new Set([...text.matchAll(new RegExp(`"((?:${subjects})\\.[a-z]+)"`, "g"))].map(([, code]) => code));
  expect(codes.size).toBeGreaterThan(5);
  expect([...codes].filter((code) => !page.includes(`\`${code}\``))).toEqual([]);
});
