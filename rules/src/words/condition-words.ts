import type { Condition } from "@linli/model";
import { comparisonInWords } from "./comparison-words.ts";
import { inOneLine, type Phrase } from "./phrase.ts";
import type { Voice } from "./voice.ts";

type ConditionWith<Key extends string> = Extract<Condition, Readonly<Record<Key, unknown>>>;

/** What must hold, in words. */
export function conditionInWords(condition: Condition, voice: Voice): Phrase {
  const inner = (of: Condition) => conditionInWords(of, voice);
  if ("all" in condition) return { join: "all", of: condition.all.map(inner) };
  if ("any" in condition) return { join: "any", of: condition.any.map(inner) };
  if ("not" in condition) return negation(inner(condition.not));
  if ("count" in condition) return count(condition, voice);
  if ("total" in condition) return total(condition, voice);
  return leafInWords(condition, voice);
}

function negation(phrase: Phrase): Phrase {
  return { join: "none", of: typeof phrase !== "string" && phrase.join === "any" ? phrase.of : [phrase] };
}

function count({ count: { of, atLeast, within } }: ConditionWith<"count">, voice: Voice): string {
  const what = inOneLine(conditionInWords(of, voice), voice.joints);
  const [times, span] = [voice.quantity(atLeast), voice.duration(within)];
  return voice.say(`${span}内至少 ${times} 次（${what}）`, `at least ${times} times within ${span} (${what})`);
}

function total({ total: { of, atLeast, within } }: ConditionWith<"total">, voice: Voice): string {
  const what = inOneLine(conditionInWords(of, voice), voice.joints);
  const [least, span] = [voice.duration(atLeast), voice.duration(within)];
  return voice.say(`${span}内累计 ${least}（${what}）`, `for ${least} in all within ${span} (${what})`);
}

type Leaf = Exclude<
  Condition,
  ConditionWith<"all"> | ConditionWith<"any"> | ConditionWith<"not"> | ConditionWith<"count"> | ConditionWith<"total">
>;

function leafInWords(leaf: Leaf, voice: Voice): string {
  if ("expression" in leaf) return `\`${leaf.expression.trim().replaceAll(/\s+/g, " ")}\``;
  if ("event" in leaf) {
    const where = leaf.where === undefined ? "" : voice.say(`（\`${leaf.where}\`）`, ` (\`${leaf.where}\`)`);
    return voice.say(`上报事件“${voice.event(leaf.event)}”${where}`, `event “${voice.event(leaf.event)}”${where}`);
  }
  if ("rate" in leaf || "window" in leaf || "meanKineticTemperature" in leaf) return ofWindow(leaf, voice);
  if ("absent" in leaf) {
    const { point, longerThan } = leaf.absent;
    const [what, span] = [point === undefined ? undefined : voice.point(point), voice.duration(longerThan)];
    return voice.say(
      `${what ?? "设备"}超过 ${span} 无数据`,
      what === undefined ? `nothing heard for more than ${span}` : `no ${what} for more than ${span}`,
    );
  }
  if ("stuck" in leaf) {
    const [what, span] = [voice.point(leaf.stuck.point), voice.duration(leaf.stuck.longerThan)];
    return voice.say(`${what} ${span} 不变`, `${what} unchanged for ${span}`);
  }
  if ("faulty" in leaf) {
    const what = voice.point(leaf.faulty);
    return voice.say(`${what}超出可测范围`, `${what} outside of what it can measure`);
  }
  if ("connection" in leaf) {
    const states = leaf.connection.map((state) => voice.connection(state));
    return voice.say(`连接为${states.join("或")}`, `connection ${states.join(" or ")}`);
  }
  if ("due" in leaf) return dueInWords(leaf, voice);
  if ("open" in leaf) return voice.say(`在 ${leaf.open} 内`, `within ${leaf.open}`);
  if ("closed" in leaf) return voice.say(`在 ${leaf.closed} 以外`, `outside ${leaf.closed}`);
  if ("sun" in leaf) return sunInWords(leaf, voice);
  const band = leaf.deadband === undefined ? "" : voice.quantity(leaf.deadband, leaf.point);
  const back = band === "" ? "" : voice.say(`（回差 ${band}）`, ` (dead-band ${band})`);
  const name = voice.point(leaf.point);
  const what = leaf.lastKnown ? voice.say(`最后已知的${name}`, `last known ${name}`) : name;
  return `${what}${voice.say("", " ")}${comparisonInWords(leaf, leaf.point, voice)}${back}`;
}

const FUNCTIONS = {
  mean: ["平均值", "mean of"],
  min: ["最小值", "lowest"],
  max: ["最大值", "highest"],
} as const;

function ofWindow(
  leaf: ConditionWith<"rate"> | ConditionWith<"window"> | ConditionWith<"meanKineticTemperature">,
  voice: Voice,
): string {
  if ("rate" in leaf) {
    const { point, per, over } = leaf.rate;
    const limit = comparisonInWords(leaf.rate, point, voice);
    const [unit, span] = [voice.duration(per), voice.duration(over)];
    return voice.say(
      `${voice.point(point)}每 ${unit} 变化${limit}（按 ${span} 计）`,
      `change of ${voice.point(point)} per ${unit} ${limit}, over ${span}`,
    );
  }
  const isKinetic = "meanKineticTemperature" in leaf;
  const of = isKinetic ? leaf.meanKineticTemperature : leaf.window;
  const [zh, english] = isKinetic
    ? ["平均动力学温度", "mean kinetic temperature of"]
    : FUNCTIONS[(leaf as ConditionWith<"window">).window.fn];
  const limit = comparisonInWords(of, of.point, voice);
  const span = voice.duration(of.over);
  return voice.say(
    `${voice.point(of.point)} ${span}${zh}${limit}`,
    `${english} ${voice.point(of.point)} over ${span} ${limit}`,
  );
}

function dueInWords({ due: { point, tag, after, ahead } }: ConditionWith<"due">, voice: Voice): string {
  const what = point === undefined ? voice.say(`登记项 ${tag}`, `the register's ${tag}`) : voice.point(point);
  if (ahead !== undefined) {
    const span = voice.duration(ahead);
    return voice.say(`距${what}不到 ${span}`, `${what} is less than ${span} ahead`);
  }
  const span = voice.duration(after ?? 0);
  if ((after ?? 0) === 0) return voice.say(`已过${what}`, `${what} is past`);
  return voice.say(`距${what}超过 ${span}`, `${what} is more than ${span} ago`);
}

function sunInWords({ sun: { above, below } }: ConditionWith<"sun">, voice: Voice): string {
  const limits = [
    above === undefined ? [] : [voice.say(`高于 ${above}°`, `above ${above}°`)],
    below === undefined ? [] : [voice.say(`低于 ${below}°`, `below ${below}°`)],
  ].flat();
  return `${voice.say("太阳高度", "the sun ")}${limits.join(voice.joints.all)}`;
}
