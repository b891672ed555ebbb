import type { Device, Person, Rule } from "@linli/model";
import { subjectOf } from "../duty/subject.ts";
import type { Subject, World } from "../duty/world.ts";
import { wordMessage } from "../words/word-message.ts";
import type { News, Worded } from "../words/wording.ts";
import { ALERT_AT, alertOf, ruleOf } from "./alerts.ts";
import { deviceOf, personOf, worldOf } from "./test-world.ts";

const minutes = (n: number) => n * 60_000;

const DEVICES: readonly Device[] = [
  deviceOf("elevator-07", "elevator", { name: "7号电梯", placeId: "b3-u2" }),
  deviceOf("meds-01", "medicine-vending-machine", { name: "购药机 1", placeId: "b4" }),
  ...Array.from({ length: 30 }, (_, index) =>
    deviceOf(`lamp-${index + 1}`, "streetlight", { name: `${index + 1}号灯`, placeId: "east" }),
  ),
];
const RULES: readonly Rule[] = [
  ruleOf(),
  ruleOf({
    id: "meds.temperature",
    name: { zh: "药品温度超出温区", en: "Medicine outside its temperature zone" },
    role: "pharmacist",
    levels: [{ severity: "high", when: { point: "doorOpen", equals: true }, clearFor: "5m" }],
    text: {
      zh: "{place}{device}：{point}，满 10 分钟须暂停销售",
      en: "{device}, {place}: {point}; sale is held after 10 min",
    },
    steps: { zh: "1. 看曲线：升温还是降温。", en: "1. See the curve: rising or falling." },
  }),
  ruleOf({
    id: "lamp.dark",
    name: { zh: "夜间不亮", en: "Dark at night" },
    role: "lighting",
    levels: [{ severity: "medium", when: { event: "x" } }],
    text: { zh: "夜间不亮", en: "Dark at night" },
    steps: { zh: "- 查看供电", en: "- Look at the supply" },
  }),
];
const PEOPLE: readonly Person[] = [personOf("zhang", { name: "张三" }), personOf("li", { name: "李四" })];

const WORLD: World = worldOf({ devices: DEVICES, rules: RULES, people: PEOPLE });

export const subjectWith = (changes: Parameters<typeof alertOf>[0]): Subject => subjectOf(alertOf(changes), WORLD);

/** Somebody is trapped in lift 7. */
export const trapped = (changes: Parameters<typeof alertOf>[0] = {}): Subject =>
  subjectWith({ lifeSafety: true, latched: true, ...changes });

/** The fridge of the medicine machine is too warm. */
export const warm = (changes: Parameters<typeof alertOf>[0] = {}): Subject =>
  subjectWith({
    ruleId: "meds.temperature",
    deviceId: "meds-01",
    severity: "high",
    facts: [
      { what: "compartment.A.temperature", value: 9.4, asked: "above 8", observedAt: ALERT_AT },
      { what: "compartment.A.zone", value: "cold", asked: "cold", observedAt: ALERT_AT },
    ],
    ...changes,
  });

export const dark = (number: number, changes: Parameters<typeof alertOf>[0] = {}): Subject =>
  subjectWith({ ruleId: "lamp.dark", deviceId: `lamp-${number}`, severity: "medium", ...changes });

/** What is said so many minutes after the alert, as one text; the title first. */
export function said(news: News, language: "zh-CN" | "en", after = 0, drill = false): string[] {
  const { title, text } = worded(news, language, after, drill);
  return [title, ...text.split("\n")];
}

export function worded(news: News, language: "zh-CN" | "en", after = 0, drill = false): Worded {
  return wordMessage({ ...news, language, world: WORLD, at: ALERT_AT + minutes(after), drill });
}
