import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import en from "./en.json" with { type: "json" };
import zhCN from "./zh-CN.json" with { type: "json" };

const SOURCE = join(import.meta.dirname, "..");

function texts(node: unknown, path: readonly string[] = []): [string, string][] {
  if (typeof node === "string") return [[path.join("."), node]];
  return Object.entries(node as object).flatMap(([key, child]) => texts(child, [...path, key]));
}

const sources = readdirSync(SOURCE, { recursive: true, encoding: "utf8" })
  .filter((file) => /\.tsx?$/.test(file) && !file.includes(".test."))
  .map((file) => [file, readFileSync(join(SOURCE, file), "utf8")] as const);
const all = sources.map(([, text]) => text).join("\n");

describe("translations", () => {
  it("have the same keys and the same placeholders in both languages", () => {
    const shape = (language: unknown) =>
      texts(language).map(([key, text]) => [key, (text.match(/\{\{\w+\}\}/g) ?? []).toSorted()]);
    expect(shape(en)).toEqual(shape(zhCN));
  });

  it("are all used", () => {
    const built = [...all.matchAll(/`([\w.]+\.)\$\{/g)].map(([, prefix]) => prefix ?? "");
    const unused = texts(zhCN)
      .map(([key]) => key)
      .filter((key) => !all.includes(`"${key}"`) && !built.some((prefix) => key.startsWith(prefix)));
    expect(unused).toEqual([]);
  });

  it("hold every Chinese word of the interface", () => {
    const withChinese = sources.filter(([, text]) =>
      /[\u4e00-\u9fff]/.test(text.replaceAll(/\/\*\*?[\s\S]*?\*\//g, "")),
    );
    expect(withChinese.map(([file]) => file)).toEqual([]);
  });
});
