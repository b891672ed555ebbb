import { compileRule } from "@linli/alerting";
import {
  DEFAULT_TARGETS,
  type DeviceKind,
  type Rule,
  type RuleLevel,
  type Severity,
  type Targets,
  type TeamRole,
} from "@linli/model";
import { conditionInWords } from "./condition-words.ts";
import { inOneLine, type Phrase } from "./phrase.ts";
import { type Language, Voice } from "./voice.ts";

/** One severity of a rule, in words. */
export interface LevelInWords {
  readonly severity: Severity;
  readonly severityName: string;
  readonly when: Phrase;
  /** How long it has to hold. */
  readonly for: string;
  /** What ends it. */
  readonly clears: string;
  /** How soon somebody answers, is there, has mended it; none for what asks nobody. */
  readonly targets: string | undefined;
}

/** A rule as a person asks for it; all of it is computed from the rule. */
export interface RuleInWords {
  readonly id: string;
  readonly name: string;
  readonly kinds: string;
  readonly arming: string;
  /** What is special about it: life safety, latched. */
  readonly marks: readonly string[];
  readonly role: string;
  /** Highest severity first. */
  readonly levels: readonly LevelInWords[];
  /** Numbers that each device may override. */
  readonly numbers: readonly { readonly name: string; readonly value: number; readonly text: string }[];
  readonly replaces: readonly string[];
  readonly replacedBy: readonly string[];
  readonly needs: readonly string[];
  readonly text: string;
  readonly steps: string;
  readonly source: string | undefined;
}

export interface WordingOptions {
  readonly language: Language;
  readonly kinds: ReadonlyMap<string, DeviceKind>;
  /** The other rules: those that it replaces, or that replace it, are named. */
  readonly rules: readonly Rule[];
}

const ROLES: Readonly<Record<TeamRole, readonly [zh: string, en: string]>> = {
  property: ["物业", "property company"],
  "lift-maintainer": ["电梯维保", "lift maintainer"],
  lighting: ["照明维护", "lighting crew"],
  community: ["社区", "community staff"],
  pharmacist: ["药师", "pharmacist"],
  vendor: ["厂家", "vendor"],
};
const ARMINGS: Readonly<Record<Rule["start"], readonly [zh: string, en: string]>> = {
  armed: ["启用", "armed"],
  informational: ["仅提示", "informational"],
  shadow: ["试运行", "shadow run"],
  off: ["停用", "off"],
};
const TARGETS: Readonly<Record<keyof Targets, readonly [zh: string, en: string]>> = {
  acknowledge: ["确认", "acknowledged"],
  arrive: ["到场", "on site"],
  fix: ["修复", "mended"],
};

/** Says a rule in words. Fails with `invalid` when it cannot be compiled. */
export function ruleInWords(rule: Rule, { language, kinds, rules }: WordingOptions): RuleInWords {
  const compiled = compileRule(rule, { version: 1, kinds });
  const ofKinds = (rule.kinds ?? [...kinds.keys()]).flatMap((id) => kinds.get(id) ?? []);
  const voice = new Voice(language, { kinds: ofKinds, params: rule.params });
  const named = (ids: readonly string[]) =>
    ids.map((id) => {
      const found = rules.find((other) => other.id === id);
      return found === undefined ? id : `${id} (${voice.of(found.name)})`;
    });
  const replacers = rules.filter(({ replaces }) => replaces.includes(rule.id)).map(({ id }) => id);
  return {
    id: rule.id,
    name: voice.of(rule.name),
    kinds: rule.kinds === undefined ? voice.say("所有设备", "every device") : kindNames(ofKinds, voice),
    arming: voice.say(...ARMINGS[rule.start]),
    marks: marksOf(rule, voice),
    role: voice.say(...ROLES[rule.role]),
    levels: compiled.levels.flatMap(({ severity, sampled }) => {
      const level = rule.levels.find((one) => one.severity === severity);
      return level === undefined ? [] : [levelInWords(level, { rule, voice, sampled })];
    }),
    numbers: Object.entries(rule.params).map(([name, value]) => {
      return { name, value, text: compiled.spans.has(name) ? voice.duration(value) : String(value) };
    }),
    replaces: named(rule.replaces),
    replacedBy: named(replacers),
    needs: rule.needs.map((name) => voice.point(name)),
    text: voice.of(rule.text),
    steps: voice.of(rule.steps).trim(),
    source: rule.source,
  };
}

function kindNames(kinds: readonly DeviceKind[], voice: Voice): string {
  return kinds.map(({ label }) => voice.of(label)).join(voice.say("、", ", "));
}

function marksOf({ lifeSafety, latched, closedBy, start }: Rule, voice: Voice): readonly string[] {
  const by = closedBy === undefined ? voice.say("人", "a person") : voice.say(...ROLES[closedBy]);
  const marks = [
    lifeSafety &&
      voice.say("生命安全：不合并、不抑制、不受静默时段限制", "life safety: never suppressed, grouped or hushed"),
    latched && voice.say(`需${by}说明结论后解除`, `closed by ${by} only, with an outcome`),
    start === "informational" && voice.say("不通知任何人，只进列表和汇总", "tells nobody: list and digest only"),
    start === "shadow" && voice.say("只记录，不显示、不通知", "evaluated and counted, seen by nobody"),
    start === "off" && voice.say("不评估，可自行启用", "not evaluated until somebody arms it"),
  ];
  return marks.filter((mark) => mark !== false);
}

interface LevelContext {
  readonly rule: Rule;
  readonly voice: Voice;
  /** It is about something measured in a rhythm. */
  readonly sampled: boolean;
}

function levelInWords(level: RuleLevel, context: LevelContext): LevelInWords {
  const { voice, rule } = context;
  return {
    severity: level.severity,
    severityName: voice.severity(level.severity),
    when: conditionInWords(level.when, voice),
    for: persistence(level, context),
    clears: clearing(level, context),
    targets: targetsOf(level.severity, rule, voice),
  };
}

function persistence(level: RuleLevel, { voice, sampled }: LevelContext): string {
  if (level.for === undefined || level.for === 0) return voice.say("立即", "at once");
  const span = voice.duration(level.for);
  const twice = sampled ? voice.say("，且至少两次测量", ", in at least two measurements") : "";
  return voice.say(`持续 ${span}${twice}`, `for ${span}${twice}`);
}

function clearing({ clear, clearFor = 0 }: RuleLevel, { rule, voice }: LevelContext): string {
  if (rule.latched) return voice.say("条件不再成立后，由人解除", "by a person, once it does not hold any more");
  const also =
    clear === undefined ? "" : `${voice.joints.all}${inOneLine(conditionInWords(clear, voice), voice.joints, true)}`;
  if (clearFor === 0) return voice.say(`条件不再成立${also}`, `it does not hold any more${also}`);
  const span = voice.duration(clearFor);
  return voice.say(`条件不再成立${also}，持续 ${span}`, `it has not held${also} for ${span}`);
}

function targetsOf(severity: Severity, rule: Rule, voice: Voice): string | undefined {
  if (severity === "informational") return undefined;
  const usual = DEFAULT_TARGETS[severity];
  const targets = (["acknowledge", "arrive", "fix"] as const).map((name) => {
    const span = voice.duration(rule.targets?.[name] ?? usual[name]);
    const what = voice.say(...TARGETS[name]);
    return voice.say(`${span}内${what}`, `${what} within ${span}`);
  });
  return targets.join(voice.say("，", ", "));
}
