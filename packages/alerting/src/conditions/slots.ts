import type { DeviceView, TakenReading } from "../signal.ts";
import { everyOf, someOf } from "./logic.ts";
import { type Answer, type ConditionNode, type Look, NEVER_REPORTED, noFacts, type Reads } from "./node.ts";

export interface Slots {
  /** The name in braces, such as `slot`. */
  readonly variable: string;
  /** The names of points that it stands in. */
  readonly patterns: readonly string[];
  readonly reads: Reads;
  /** `when` holds where it holds for some slot; `clear`, where it does for each. */
  readonly quantifier: "some" | "every";
  /** The condition as it stands, for a device without slots: its other parts may decide. */
  readonly whole: ConditionNode;
  /** The condition of one slot. */
  readonly of: (slot: string) => ConditionNode;
  readonly place: string;
}

/** Conditions of slots are compiled when the slot is first heard of; an invented name costs time, never memory. */
const MOST_SLOTS = 2_000;
/** Slots that are not settled, and those for which it was true when they last said anything. */
interface Remembered {
  readonly awake: readonly string[];
  readonly held: readonly string[];
}

const NONE: Remembered = { awake: [], held: [] };

function slotFinder({ variable, patterns }: Slots): (name: string) => string | undefined {
  const matchers = patterns.map((pattern) => {
    const escaped = pattern.replaceAll(".", "\\.").replace(`{${variable}}`, "(?<slot>[A-Za-z0-9_-]+)");
    return new RegExp(
      `^${escaped.replaceAll(`{${variable}}`, "\\k<slot>").replaceAll(/\{[^}]+\}/g, "[A-Za-z0-9_-]+")}$`,
    );
  });
  return (name) => {
    for (const matcher of matchers) {
      const slot = matcher.exec(name)?.groups?.["slot"];
      if (slot !== undefined) return slot;
    }
    return undefined;
  };
}

/**
 * A condition with `{slot}` in its names, asked of each slot that the device has: the same one in all its parts. A
 * reading of one slot asks that one, and those that were not settled when they were last asked.
 */
export function slotsNode(slots: Slots): ConditionNode {
  const slotOf = slotFinder(slots);
  const settled: Answer = { truth: slots.quantifier === "every", facts: noFacts };
  const nodes = new Map<string, ConditionNode>();
  const nodeOf = (slot: string) => {
    const known = nodes.get(slot);
    if (known !== undefined) return known;
    if (nodes.size >= MOST_SLOTS) nodes.clear();
    const node = slots.of(slot);
    nodes.set(slot, node);
    return node;
  };
  /** Of the slots that readings are about; `undefined` when one of them is about all. */
  const slotsOf = (readings: readonly TakenReading[]) => {
    const found: string[] = [];
    for (const { reading } of readings) {
      const slot = slotOf(reading.point);
      if (slot === undefined) return undefined;
      found.push(slot);
    }
    return found;
  };
  const allSlots = (view: DeviceView) => {
    const found = new Set<string>();
    for (const name of view.pointNames()) {
      const slot = slotOf(name);
      if (slot !== undefined) found.add(slot);
    }
    return found;
  };
  return {
    reads: slots.reads,
    answer(look: Look): Answer {
      const { signal, memory, view } = look;
      const { awake, held } = (memory.get(slots.place) as Remembered | undefined) ?? NONE;
      const own = signal.type === "readings" ? slotsOf(signal.readings) : undefined;
      const asked = own === undefined ? allSlots(view) : new Set([...awake, ...own]);
      if (asked.size === 0) return slots.whole.answer(look);
      const answers: Answer[] = [];
      const silent: Answer[] = [];
      const after: { awake: string[]; held: string[] } = { awake: [], held: [] };
      for (const slot of [...asked].toSorted()) {
        const answer = nodeOf(slot).answer(look);
        if (answer.unknown === "never-reported") continue;
        if (answer.truth !== settled.truth || answer.due !== undefined) after.awake.push(slot);
        if (slots.quantifier === "some" && (answer.truth ?? held.includes(slot))) after.held.push(slot);
        // slots need not be of one moment with one another
        const { truth, unknown, facts, due, ground, parts, decidedBy } = answer;
        const alone = {
          truth,
          unknown,
          facts,
          due,
          observedAt: undefined,
          changedAt: undefined,
          ground,
          parts,
          decidedBy,
        };
        // one that fell silent while it was in order does not keep another one's alert from ending
        if (answer.truth === undefined && !held.includes(slot)) silent.push(alone);
        else answers.push(alone);
      }
      if (JSON.stringify(after) !== JSON.stringify({ awake, held })) {
        memory.set(slots.place, after.awake.length + after.held.length > 0 ? after : undefined);
      }
      if (answers.length === 0) answers.push(...silent);
      if (answers.length > 0) return slots.quantifier === "some" ? someOf(answers) : everyOf(answers);
      return own === undefined ? NEVER_REPORTED : settled;
    },
  };
}
