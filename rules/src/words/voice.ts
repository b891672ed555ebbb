import { durationInWords, en, type Words, zhCN } from "@linli/alerting";
import {
  type Bilingual,
  type DeviceKind,
  findPoint,
  type Point,
  type PointValue,
  type Quantity,
  type Span,
} from "@linli/model";
import type { Joints } from "./phrase.ts";

export const LANGUAGES = ["zh-CN", "en"] as const;
export type Language = (typeof LANGUAGES)[number];

const JOINTS: Readonly<Record<Language, Joints>> = {
  "zh-CN": {
    all: "，且",
    any: "，或",
    none: (clauses) => `并非（${clauses}）`,
    heading: { all: "以下全部成立", any: "以下任一成立", none: "以下均不成立" },
  },
  en: {
    all: " and ",
    any: " or ",
    none: (clauses) => `not (${clauses})`,
    heading: { all: "all of", any: "any of", none: "none of" },
  },
};
const BRACED = /\{[^}]+\}/g;

/** In which language a rule is spoken of, and what its names stand for. */
export class Voice {
  readonly language: Language;
  readonly joints: Joints;
  private readonly words: Words;
  private readonly kinds: readonly DeviceKind[];
  private readonly params: Readonly<Record<string, number>>;

  constructor(
    language: Language,
    { kinds, params }: { readonly kinds: readonly DeviceKind[]; readonly params: Readonly<Record<string, number>> },
  ) {
    this.language = language;
    this.joints = JOINTS[language];
    this.words = language === "en" ? en : zhCN;
    this.kinds = kinds;
    this.params = params;
  }

  say(zh: string, english: string): string {
    return this.language === "en" ? english : zh;
  }

  of(text: Bilingual): string {
    return this.words.of(text);
  }

  severity(severity: keyof Words["severity"]): string {
    return this.words.severity[severity];
  }

  connection(state: string): string {
    return this.words.connection[state] ?? state;
  }

  /** A parameter by its value, and its name behind it. */
  duration(span: Span): string {
    if (typeof span === "string") return `${this.duration(this.params[span.slice(1)] ?? 0)} [${span.slice(1)}]`;
    // a rule says 90 s where a message says a minute
    const isExact = span < 60_000 || span % 60_000 === 0;
    return isExact ? durationInWords(span, this.words) : this.say(`${span / 1_000} 秒`, `${span / 1_000} s`);
  }

  /** What the first kind that has it declares of a point, `{slot}`-like names included. */
  declared(name: string): Point | undefined {
    const shape = name.replaceAll(BRACED, "{}");
    for (const kind of this.kinds) {
      const found = findPoint(kind, name);
      if (found !== undefined) return found;
      const like = Object.keys(kind.points).find((other) => other.replaceAll(BRACED, "{}") === shape);
      if (like !== undefined) return kind.points[like];
    }
    return undefined;
  }

  /** `Car door` for `carDoorStatus.{door}`, `Car door rear` for `carDoorStatus.rear`. */
  point(name: string): string {
    const label = this.declared(name)?.label;
    if (label === undefined) return `\`${name}\``;
    const isListed = this.kinds.some((kind) => Object.hasOwn(kind.points, name));
    const slot = isListed || name.includes("{") ? undefined : name.split(".").slice(1).join(" ");
    return slot === undefined || slot === "" ? this.of(label) : `${this.of(label)} ${slot}`;
  }

  event(type: string): string {
    const label = this.kinds.map(({ events }) => events[type]?.label).find((found) => found !== undefined);
    return label === undefined ? type : this.of(label);
  }

  /** A member of an enum or a list, or a flag. */
  member(value: PointValue, point: string): string {
    if (typeof value === "boolean") return this.words.yesNo(value);
    const label = this.declared(point)?.valueLabels?.[String(value)];
    const fault = this.kinds.map(({ faults }) => faults[String(value)]?.label).find((found) => found !== undefined);
    return label ? this.of(label) : fault ? this.of(fault) : String(value);
  }

  /** A number with its unit; a parameter by its value, and its name behind it. */
  quantity(quantity: Quantity, point?: string): string {
    const name = typeof quantity === "number" ? undefined : quantity.slice(1);
    const number = name === undefined ? quantity : this.params[name];
    const code = point === undefined ? undefined : this.declared(point)?.unit;
    const unit = code === undefined ? "" : this.words.unit(code);
    const text = unit === "" ? String(number) : `${number} ${unit}`;
    return name === undefined ? text : `${text} [${name}]`;
  }
}
