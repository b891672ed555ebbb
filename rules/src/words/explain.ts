import type { Rule } from "@linli/model";
import { asList } from "./phrase.ts";
import { type RuleInWords, ruleInWords, type WordingOptions } from "./rule-words.ts";
import { Voice } from "./voice.ts";

/** What raises a rule, how long it takes, what clears it, whom it concerns and what may be changed: lines of text. */
export function explainRule(rule: Rule, options: WordingOptions): readonly string[] {
  const words = ruleInWords(rule, options);
  const voice = new Voice(options.language, { kinds: [], params: {} });
  return [
    `${words.id}  ${words.name}`,
    "",
    ...facts(words, voice),
    ...words.levels.flatMap((level) => [
      "",
      voice.say(`${level.severityName}：${level.for}`, `${level.severityName}, ${level.for}:`),
      ...asList(level.when, voice.joints).map((line) => `  ${line}`),
      voice.say(`  恢复：${level.clears}`, `  over when: ${level.clears}`),
      ...(level.targets === undefined ? [] : [voice.say(`  时限：${level.targets}`, `  targets: ${level.targets}`)]),
    ]),
    "",
    ...numbers(words, voice),
    voice.say("消息", "message"),
    `  ${words.text}`,
    voice.say("处置", "what to do"),
    ...words.steps.split("\n").map((line) => `  ${line}`),
    ...(words.source === undefined ? [] : [voice.say("依据", "source"), `  ${words.source}`]),
  ];
}

function facts(words: RuleInWords, voice: Voice): readonly string[] {
  const list = voice.say("、", ", ");
  const entries: readonly (readonly [label: string, value: string])[] = [
    [voice.say("适用", "for"), words.kinds],
    [voice.say("状态", "ships"), [words.arming, ...words.marks].join(voice.say("；", "; "))],
    [voice.say("负责", "who acts"), words.role],
    [voice.say("取代", "replaces"), words.replaces.join(list)],
    [voice.say("被取代于", "replaced by"), words.replacedBy.join(list)],
    [voice.say("需要测点", "needs"), words.needs.join(list)],
  ];
  return entries
    .filter(([, value]) => value !== "")
    .map(([label, value]) => voice.say(`${label}：${value}`, `${label}: ${value}`));
}

function numbers({ numbers: all }: RuleInWords, voice: Voice): readonly string[] {
  if (all.length === 0) return [voice.say("数值：各设备相同", "numbers: the same on every device")];
  return [
    voice.say("数值，每台设备可单独设定", "numbers that each device may have its own of"),
    ...all.map(({ name, text }) => `  ${name} = ${text}`),
  ];
}
