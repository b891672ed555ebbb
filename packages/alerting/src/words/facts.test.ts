import type { AlertFact } from "@linli/model";
import { expect, it } from "vitest";
import { ALERT_AT } from "../testing/alerts.ts";
import { said, subjectWith } from "../testing/wording.ts";

const A = "compartment.A.temperature";

function seen(deviceId: string, facts: readonly Omit<AlertFact, "observedAt">[], language: "zh-CN" | "en"): string {
  const observed = facts.map((fact) => ({ ...fact, observedAt: ALERT_AT }));
  const subject = subjectWith({ ruleId: "no.such", deviceId, facts: observed });
  const line = said({ about: "alert", occasion: "opened", subject }, language).at(-1) ?? "";
  return line.replace(/^(?:数据：|Seen: )/, "");
}

it.each<[string, AlertFact["value"], string, string, string]>([
  [A, 9.44, "above 8", "箱内温度 A 9.44 ℃（高于 8）", "Temperature A 9.44 °C (above 8)"],
  [A, -0.5, "at most 0", "箱内温度 A −0.5 ℃（不高于 0）", "Temperature A −0.5 °C (at most 0)"],
  [A, 23.06, "outside 2 to 8", "箱内温度 A 23.1 ℃（超出 2 至 8）", "Temperature A 23.1 °C (outside 2 to 8)"],
  [A, null, "above 8", "箱内温度 A —（高于 8）", "Temperature A — (above 8)"],
  [
    `mean of ${A} over 120 min`,
    9,
    "above 8",
    "箱内温度 A 2 小时均值 9 ℃（高于 8）",
    "Temperature A, mean over 2 h 9 °C (above 8)",
  ],
  [
    `change of ${A} per 10 min`,
    3,
    "above 2",
    "箱内温度 A 每 10 分钟变化 3 ℃（高于 2）",
    "Temperature A, change per 10 min 3 °C (above 2)",
  ],
  ["times within 60 min", 5, "at least 5", "1 小时内次数 5（不低于 5）", "Times within 1 h 5 (at least 5)"],
  [
    "minutes within 24 h",
    612,
    "at least 600",
    "24 小时内累计分钟 612（不低于 600）",
    "Minutes within 24 h 612 (at least 600)",
  ],
  ["silent", "meds-01", "for more than 600 s", "无数据 超过 10 分钟", "No data for more than 10 min"],
  ["connection", "offline", "offline", "连接 离线", "Connection offline"],
  [A, 5, "unchanged for 6 h", "箱内温度 A 5 ℃（6 小时未变）", "Temperature A 5 °C (unchanged for 6 h)"],
  ["doorOpen", true, "true", "门打开 是", "Door open yes"],
  ["acquired", 1_234_567, "above 1000000", "acquired 1,234,567（高于 1000000）", "acquired 1,234,567 (above 1000000)"],
  [
    "nextService",
    "2026-06-03T00:00:00.000Z",
    "near or past",
    "nextService 6月3日 周三 08:00",
    "nextService Wed 3 Jun 08:00",
  ],
])("%s = %s, asked %s", (what, value, asked, zh, en) => {
  expect(seen("meds-01", [{ what, value, asked }], "zh-CN")).toBe(zh);
  expect(seen("meds-01", [{ what, value, asked }], "en")).toBe(en);
});

it("an event is named with what it told", () => {
  const event = { what: "unintendedCarMovement", value: "floorLabel 5, distance 120", asked: "reported" };
  expect(seen("elevator-07", [event], "zh-CN")).toBe("轿厢意外移动 楼层 5，120");
  expect(seen("elevator-07", [event], "en")).toBe("Unintended car movement Floor 5, distance 120");
  expect(seen("elevator-07", [{ ...event, value: null }], "zh-CN")).toBe("轿厢意外移动");
});

it("three facts are enough for a lock screen, and none is said twice", () => {
  const fact = (value: number) => ({ what: A, value, asked: "" });
  expect(seen("meds-01", [fact(1), fact(2), fact(3), fact(4)], "en")).toBe(
    "Temperature A 1 °C; Temperature A 2 °C; Temperature A 3 °C",
  );
  expect(seen("meds-01", [fact(1), fact(1)], "en")).toBe("Temperature A 1 °C");
});
