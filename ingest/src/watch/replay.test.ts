import { fc, test as property } from "@fast-check/vitest";
import { DEVICE_KINDS, type DeviceState, minutes } from "@linli/model";
import { loadShippedRules } from "@linli/rules";
import type { JournalEntry, JournalRecord, RuleMemory, Transition } from "@linli/stores";
import { expect } from "vitest";
import { device, limits, recorded, registryOf, site } from "../testing/context.ts";
import { closed, entry, published } from "../testing/entries.ts";
import { bookOf } from "../testing/rule-books.ts";
import { Watch, type WatchStart } from "./step.ts";

const T = Date.UTC(2026, 0, 15);
const DEVICES = [
  device("g1", { kind: "gateway", offlineAfterMs: minutes(20) }),
  device("s1", { gatewayId: "g1" }),
  device("s2", { gatewayId: "g1", offlineAfterMs: minutes(2) }),
  device("e1", { kind: "elevator" }),
  device("m1", { kind: "medicine-vending-machine" }),
];
const registry = registryOf(DEVICES);
const shipped = await loadShippedRules();
const rules = bookOf(shipped.rules);
const options = { registry, kinds: DEVICE_KINDS, limits, site, rules };

const who = fc.constantFrom(...DEVICES.map(({ id }) => id));
const session = fc.constantFrom("x", "y");
const values = fc.oneof(
  fc.record({ temperature: fc.integer({ min: 0, max: 120 }) }),
  fc.record({
    passengerAlarm: fc.boolean(),
    doorState: fc.constantFrom("open", "closed"),
    carLoad: fc.integer({ min: 0, max: 1_500 }),
  }),
  fc.record({ fridgeTemperature: fc.integer({ min: -5, max: 40 }) }),
  fc.record({ carPosition: fc.integer({ min: 1, max: 9 }), humidity: fc.integer({ min: 0, max: 100 }) }),
  fc.dictionary(fc.constantFrom("a", "b", "c", "d", "e", "f"), fc.integer(), { maxKeys: 3 }),
);

type Make = (at: number) => JournalEntry;
const happening: fc.Arbitrary<Make> = fc.oneof(
  fc.tuple(who, values).map(
    ([id, body]): Make =>
      (at) =>
        published(id, at, body),
  ),
  fc.tuple(who, values, fc.integer({ min: -400_000, max: 400_000 })).map(
    ([id, body, off]): Make =>
      (at) =>
        published(id, at, { ts: at + off, values: body }),
  ),
  fc.tuple(who, values).map(
    ([id, body]): Make =>
      (at) =>
        published(id, at, [{ ts: at - 60_000, values: body }, body]),
  ),
  fc.tuple(fc.constantFrom("entrapment", "overspeed", "openedByForce"), fc.integer({ min: 0, max: 600_000 })).map(
    ([type, ago]): Make =>
      (at) =>
        published("e1", at, { type, ts: at - ago, data: {} }, "event"),
  ),
  fc.tuple(fc.constantFrom("lift.entrapment_e1_", "lift.passengerAlarm_e1_"), fc.nat({ max: 100_000 })).map(
    ([of, ago]): Make =>
      (at) =>
        closed(of + (at - ago).toString(36), at, { outcome: "real", text: "seen" }),
  ),
  fc.tuple(who, fc.constantFrom("online", "offline", "sleeping")).map(
    ([id, state]): Make =>
      (at) =>
        published(id, at, { state }, "status"),
  ),
  fc.tuple(who, session).map(
    ([id, topic]): Make =>
      (at) =>
        entry("connect", at, { principal: id, topic }),
  ),
  fc.tuple(who, session, fc.constantFrom("clean", "lost", "taken-over")).map(
    ([id, topic, reason]): Make =>
      (at) =>
        entry("disconnect", at, { principal: id, topic, payload: { reason } }),
  ),
  fc.constant<Make>((at) => entry("tick", at)),
  fc.constant<Make>((at) => entry("start", at, { topic: "epoch" })),
);
const pause = fc.oneof(
  fc.constant(0),
  fc.integer({ min: 1, max: 5_000 }),
  fc.integer({ min: 1, max: 5_000 }),
  fc.integer({ min: 5_001, max: 1_000_000 }),
);
/** What takes several records: a quiet time with the broker's ticks, a session that breaks, a clock hours ahead. */
type Steps = readonly (readonly [number, Make])[];
const quiet = fc
  .integer({ min: 1, max: 40 })
  .map((count): Steps => Array.from({ length: count }, () => [4_000, (at: number) => entry("tick", at)] as const));
const broken = who.map((principal): Steps => {
  const session = { principal, topic: "z" };
  return [
    [0, (at) => entry("connect", at, session)],
    [500, (at) => entry("disconnect", at, { ...session, payload: { reason: "lost" } })],
  ];
});
const skewed = fc
  .tuple(who, values, fc.integer({ min: 2, max: 8 }))
  .map(
    ([id, body, count]): Steps =>
      Array.from({ length: count }, () => [
        20_000,
        (at: number) => published(id, at, { ts: at + 28_800_000, values: body }),
      ]),
  );
/** A journal: what happened, and how long after the one before. */
const single = fc.tuple(pause, happening).map((step): Steps => [step]);
const journal = fc
  .array(fc.oneof(single, single, single, quiet, broken, skewed), { minLength: 1, maxLength: 40 })
  .map((steps) => {
    let at = T;
    return recorded(steps.flat().map(([after, make]) => make((at += after))));
  });

interface Outcome {
  readonly states: Readonly<Record<string, DeviceState>>;
  readonly transitions: readonly Transition[];
  readonly memories: Readonly<Record<string, unknown>>;
}

/** What the store would hold: states as last committed, transitions by key. */
class Store {
  states = new Map<string, DeviceState>();
  transitions = new Map<string, Transition>();
  memories = new Map<string, RuleMemory>();
  start: WatchStart = { checkpoint: undefined, states: [], rules: [] };

  commit(watch: Watch, last: JournalRecord | undefined): void {
    const { changed, transitions } = watch.takeEffects();
    for (const id of changed) {
      const state = watch.state(id);
      if (state) this.states.set(id, state);
    }
    for (const transition of transitions) {
      if (!this.transitions.has(transition.key)) this.transitions.set(transition.key, transition);
    }
    for (const memory of watch.takeMemories(changed)) this.memories.set(`${memory.deviceId} ${memory.ruleId}`, memory);
    const checkpoint = { sequence: (last?.sequence ?? -1) + 1, time: watch.time, memory: watch.memory() };
    // as it comes back from the disk
    const [states, memories] = [[...this.states.values()], [...this.memories.values()]];
    this.start = JSON.parse(JSON.stringify({ checkpoint, states, rules: memories })) as WatchStart;
  }

  outcome(): Outcome {
    const kept = [...this.memories].filter(([, { state }]) => state !== null);
    return {
      states: Object.fromEntries(this.states),
      transitions: [...this.transitions.values()],
      memories: Object.fromEntries(kept.map(([key, { state }]) => [key, JSON.parse(state ?? "")])),
    };
  }
}

function straight(records: readonly JournalRecord[]): Outcome {
  const store = new Store();
  const watch = new Watch(options, store.start);
  for (const record of records) watch.apply(record, true);
  store.commit(watch, records.at(-1));
  return store.outcome();
}

property.prop([journal, fc.array(fc.nat({ max: 12 }), { minLength: 1, maxLength: 8 })])(
  "stopped and loaded again wherever you like, it comes to the same states and transitions",
  (records, sizes) => {
    const store = new Store();
    let watch = new Watch(options, store.start);
    for (let from = 0, cut = 0; from < records.length; cut++) {
      const size = sizes[cut % sizes.length] ?? 0;
      const batch = records.slice(from, from + size + 1);
      for (const record of batch) watch.apply(record, true);
      store.commit(watch, batch.at(-1));
      from += size + 1;
      watch = new Watch(options, store.start);
    }
    expect(store.outcome()).toEqual(straight(records));
  },
);

/** What a device says at the very moment at which it is lost, and a silence in which nobody could be heard. */
const lostAsItConnects: JournalRecord[] = recorded([
  published("s1", T, { state: "offline" }, "status"),
  entry("connect", T, { principal: "s1", topic: "z" }),
  entry("disconnect", T + 500, { principal: "s1", topic: "z", payload: { reason: "lost" } }),
  entry("connect", T + 5_501, { principal: "g1", topic: "x" }),
  entry("tick", T + 9_501),
]);

property.prop([journal, fc.nat({ max: 80 }), fc.nat({ max: 80 })], { examples: [[lostAsItConnects, 3, 3]] })(
  "killed between two commits, it decides the same again under the same keys",
  (records, a, b) => {
    const [kept, killed] = a < b ? [a, b] : [b, a];
    const store = new Store();
    const first = new Watch(options, store.start);
    for (const record of records.slice(0, kept)) first.apply(record, true);
    store.commit(first, records[kept - 1]);
    for (const record of records.slice(kept, killed)) first.apply(record, true);
    const lost = first.takeEffects().transitions;

    const second = new Watch(options, store.start);
    for (const record of records.slice(kept)) second.apply(record, true);
    store.commit(second, records.at(-1));
    expect(store.outcome()).toEqual(straight(records));
    for (const transition of lost) expect(store.transitions.get(transition.key)).toEqual(transition);
  },
);

property.prop([journal, fc.integer({ min: 1, max: 10 })])(
  "a message told several times over changes nothing",
  (records, times) => {
    const isData = ({ kind, payload }: JournalRecord) =>
      kind === "publish" && payload[0] === 123 && Buffer.from(payload).includes('"ts"');
    const repeated = records.flatMap((record) =>
      isData(record) ? Array.from({ length: times }, () => record) : record,
    );
    expect(straight(repeated)).toEqual(straight(records));
  },
);
